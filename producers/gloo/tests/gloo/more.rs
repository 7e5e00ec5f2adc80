//! Half floats, base vertices and queries.

use crate::stage::{check, commands, names, text};
use glir_gloo::{
    Context, IndexBuffer, Mode, Program, Query, QueryKind, Selection, Texture2D, VertexBuffer, f16,
};
use glir_spec::{Code, Feature, Profile, Reply};

fn program(context: &Context) -> Program {
    Program::new(context, crate::stage::VERTEX, "void main() { gl_FragColor = vec4(1.0); }").unwrap()
}

#[test]
fn half_floats_are_vertices_and_texels() {
    let context = Context::new(8, 8).unwrap();
    let half = |x: f32, y: f32| [f16::from_f32(x), f16::from_f32(y)];
    let corners = [half(-1.0, -1.0), half(1.0, -1.0), half(0.0, 0.5)];
    let buffer = VertexBuffer::new(&context, &corners).unwrap();
    assert_eq!((buffer.to_vec(), buffer.get(2)), (corners.to_vec(), Some(corners[2])));
    let mut program = Program::new(
        &context,
        crate::stage::VERTEX,
        "precision highp float; uniform sampler2D u_map; void main() { gl_FragColor = texture2D(u_map, vec2(0.5)); }",
    )
    .unwrap();
    program.set("a_position", &buffer).unwrap();
    let texels = [[f16::from_f32(0.5), f16::ONE, f16::ZERO, f16::ONE]; 4];
    let texture =
        Texture2D::with_data(&context, (2, 2), glir_spec::formats::Format::Rgba16f, &texels).unwrap();
    program.set("u_map", &texture).unwrap();
    program.draw(Mode::Triangles, ..).unwrap();
    let (frame, header) = (context.swap(), context.header());
    assert_eq!(header.profile, Profile::Es3);
    let text = text(&header, std::slice::from_ref(&frame));
    assert!(text.contains("\"f16\""), "{text}");
    check(&header, &[frame]);
}

#[test]
fn a_base_vertex_is_added_to_indices() {
    let context = Context::new(8, 8).unwrap();
    let mut program = program(&context);
    program.set("a_position", &VertexBuffer::new(&context, &[[0.0_f32, 0.0]; 6]).unwrap()).unwrap();
    let indices = IndexBuffer::new(&context, &[0_u16, 1, 2]).unwrap();
    program.draw(Mode::Triangles, Selection::from(&indices).base_vertex(3)).unwrap();
    for base in [4, -1] {
        let error = program.draw(Mode::Triangles, indices.range(0..3).base_vertex(base)).unwrap_err();
        assert_eq!(error.code(), Code::DrawOutside, "{error}");
    }
    let (frame, header) = (context.swap(), context.header());
    assert!(header.requires.contains(&Feature::BaseVertex));
    assert!(text(&header, std::slice::from_ref(&frame)).contains("\"base_vertex\": 3"));
    check(&header, &[frame]);
}

#[test]
fn queries_begin_end_and_are_answered() {
    let context = Context::new(8, 8).unwrap();
    let mut program = program(&context);
    program.set("a_position", &VertexBuffer::new(&context, &[[0.0_f32, 0.0]; 3]).unwrap()).unwrap();
    let any = Query::new(&context, QueryKind::AnySamplesPassed).unwrap();
    let all = Query::new(&context, QueryKind::SamplesPassed).unwrap();
    let time = Query::new(&context, QueryKind::TimeElapsed).unwrap();
    {
        let _time = time.begin().unwrap();
        let counting = any.begin().unwrap();
        // Both count samples.
        let error = all.begin().unwrap_err();
        assert_eq!(error.code(), Code::Unbalanced, "{error}");
        program.draw(Mode::Triangles, ..).unwrap();
        drop(counting);
        let _all = all.begin().unwrap();
    }
    let frame = context.swap();
    let queries = names(&frame).iter().filter(|name| **name == "QUERY").count();
    assert_eq!(queries, 6);
    let header = context.header();
    assert!(
        header.requires.contains(&Feature::OcclusionQuery) && header.requires.contains(&Feature::TimerQuery)
    );
    let reply = glir_spec::replies::QueryResult { query: any.id(), value: Some(1) };
    let reply = Reply::QueryResult(reply);
    assert_eq!((any.answer(&reply), all.answer(&reply)), (Some(Some(1)), None));
    drop(time);
    let second = context.swap();
    assert!(commands(&second).iter().any(|command| command.name() == "DELETE"));
    check(&header, &[frame, second]);
}
