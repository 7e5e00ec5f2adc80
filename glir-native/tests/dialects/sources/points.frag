precision highp float;
void main() {
    float limits = float(gl_MaxVertexUniformVectors > 127) * float(gl_MaxVaryingVectors > 7) * float(gl_MaxFragmentUniformVectors > 15);
    gl_FragColor = vec4(gl_PointCoord, gl_FrontFacing ? limits : 0.0, 1.0);
}
