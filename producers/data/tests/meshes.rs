//! Meshes: each format against files made by hand, and against one another.
#![allow(clippy::unwrap_used, clippy::panic)] // a helper that fails is a test that fails

use glir_data::Mesh;
use glir_data::mesh::read;

fn refusal(bytes: &[u8], name: &str) -> String {
    read(bytes, name).unwrap_err().to_string()
}

/// Every index has its vertex, and lists are of one length.
pub fn prove(mesh: &Mesh) {
    let count = mesh.positions.len();
    assert!(mesh.triangles.iter().flatten().all(|index| (*index as usize) < count));
    assert!(mesh.normals.as_ref().is_none_or(|normals| normals.len() == count));
    assert!(mesh.texcoords.as_ref().is_none_or(|texcoords| texcoords.len() == count));
    assert!(mesh.colors.as_ref().is_none_or(|colors| colors.len() == count));
    assert!(mesh.face_colors.as_ref().is_none_or(|colors| colors.len() == mesh.triangles.len()));
}

#[test]
fn obj_shares_vertices_that_agree_in_everything() {
    let text = b"# two triangles\no square\nv 0 0 0\nv 1 0 0\nv 1 1 0 1.0\nv 0 1 0\nvt 0 0\nvt 1 0\nvt 1 1\nvt 0 1\n\
                 vn 0 0 1\ns off\nusemtl red\nf 1/1/1 2/2/1 3/3/1\nf -4/-4/-1 -2/-2/-1 \\\n -1/-1/-1\n";
    let mesh = read(text, "a.obj").unwrap();
    prove(&mesh);
    assert_eq!(mesh.triangles, [[0, 1, 2], [0, 2, 3]]);
    assert_eq!(mesh.positions[3], [0.0, 1.0, 0.0]);
    assert_eq!(mesh.texcoords.unwrap()[2], [1.0, 1.0]);
    assert_eq!(mesh.normals.unwrap(), [[0.0, 0.0, 1.0]; 4]);
    assert_eq!(mesh.notes, ["materials (MTL) are not read"]);
}

#[test]
fn obj_with_a_seam_splits_vertices_there() {
    let text = b"v 0 0 0\nv 1 0 0\nv 0 1 0\nvn 0 0 1\nvn 0 0 -1\nf 1//1 2//1 3//1\nf 3//2 2//2 1//2\n";
    let mesh = read(text, "a.obj").unwrap();
    prove(&mesh);
    assert_eq!((mesh.positions.len(), mesh.triangles.len()), (6, 2));
    // Without normals on one face, there are none at all, and nothing is split.
    let text = b"v 0 0 0\nv 1 0 0\nv 0 1 0\nvn 0 0 1\nf 1//1 2//1 3//1\nf 3 2 1\nl 1 2\nf 1 2\n";
    let mesh = read(text, "a.obj").unwrap();
    assert_eq!((mesh.positions.len(), mesh.normals.is_none(), mesh.notes.len()), (3, true, 3));
}

#[test]
fn obj_colours_and_concave_faces() {
    let text = b"v 0 0 0\nv 2 -1 0 1 0 0\nv 1 0 0\nv 2 1 0\nf 1 2 3 4\n";
    let mesh = read(text, "a.obj").unwrap();
    prove(&mesh);
    assert_eq!(mesh.colors.unwrap()[1], [1.0, 0.0, 0.0, 1.0]);
    // The dent must lie on the edge that both triangles share.
    assert!(mesh.triangles.iter().all(|triangle| triangle.contains(&0) && triangle.contains(&2)));
}

#[test]
fn obj_refusals() {
    assert_eq!(
        refusal(b"v 0 0 0\nf 1 2 3\n", "a.obj"),
        "OBJ, line 2: a face wants vertex \"2\", of which 1 stand before it"
    );
    assert_eq!(refusal(b"v 0 0\n", "a.obj"), "OBJ, line 1: the line ends where z should stand");
    assert_eq!(refusal(b"v 0 x 0\n", "a.obj"), "OBJ, line 1: \"x\" stands where y should, and is no number");
    assert!(refusal(b"v 0 0 0\nf 0 1 1\n", "a.obj").contains("\"0\""));
    assert!(refusal(b"v 0 0 0\nf -2 1 1\n", "a.obj").contains("\"-2\""));
    assert!(refusal(b"v 0 0 0\nf 1/1/1/1 1 1\n", "a.obj").contains("texture coordinates \"1\""));
    assert!(refusal(b"v 0 0 0\nf 99999999999999999999 1 1\n", "a.obj").contains("line 2"));
    assert_eq!(refusal(b"hello\n", "a.obj"), "OBJ: the file has no vertices");
    assert_eq!(refusal(b"hello\n", "a"), "this is no mesh in OBJ, STL or PLY");
    assert_eq!(refusal(b"", "a.obj"), "the file is empty");
}

fn binary_stl(start: &[u8], triangles: &[[[f32; 3]; 3]]) -> Vec<u8> {
    let mut bytes = start.to_vec();
    bytes.resize(80, b' ');
    bytes.extend((triangles.len() as u32).to_le_bytes());
    for triangle in triangles {
        bytes.extend([0; 12]);
        bytes.extend(triangle.iter().flatten().flat_map(|part| part.to_le_bytes()));
        bytes.extend([0; 2]);
    }
    bytes
}

#[test]
fn stl_in_text_and_binary_are_alike() {
    let triangles = [
        [[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [1.0, 1.0, 0.0]],
        [[0.0, -0.0, 0.0], [1.0, 1.0, 0.0], [0.0, 1.0, 0.5]],
    ];
    let mut text = "solid thing\r\n".to_owned();
    for triangle in triangles {
        text += "  facet normal 0 0 1\r\n outer loop\r\n";
        for [x, y, z] in triangle {
            text += &format!("   vertex {x} {y} {z:e}\r\n");
        }
        text += " endloop\r\nendfacet\r\n";
    }
    text += "endsolid thing\r\n";
    let from_text = read(text.as_bytes(), "a").unwrap();
    prove(&from_text);
    assert_eq!(from_text.triangles, [[0, 1, 2], [0, 2, 3]]);
    // A header that starts as text does fools nobody.
    for start in ["solid by some program", "made here"] {
        assert_eq!(read(&binary_stl(start.as_bytes(), &triangles), "a.stl").unwrap(), from_text);
    }
}

#[test]
fn stl_refusals() {
    let good = binary_stl(b"x", &[[[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [1.0, 1.0, 0.0]]]);
    assert_eq!(
        refusal(&good[..good.len() - 1], "a.stl"),
        "STL, byte 133: 1 triangles are promised, 0 are there"
    );
    assert_eq!(refusal(b"x", "a.stl"), "STL, byte 1: the file ends within the 84 bytes of its header");
    let mut lying = good;
    lying[80..84].copy_from_slice(&u32::MAX.to_le_bytes());
    assert!(refusal(&lying, "a.stl").contains("4294967295 triangles are promised"));
    assert_eq!(refusal(b"solid a\nendsolid a\n", "a"), "STL: the file has no triangles");
    assert_eq!(
        refusal(b"solid a\nfacet\nvertex 1 2\n", "a"),
        "STL, line 3: the line ends where z should stand"
    );
    assert!(refusal(b"solid a\nfacet\nvertex 1 2 3\nendfacet", "a").contains("a facet of 1 vertices"));
    assert!(refusal(b"solid a\nfacet\nvertex 1 2 3\n", "a").contains("ends within a facet"));
    assert!(refusal(b"solid a\nhello\n", "a").contains("\"hello\" is no word of STL"));
}

/// The same square as PLY in all three codings.
fn ply(format: &str) -> Vec<u8> {
    let mut bytes = format!(
        "ply\nformat {format} 1.0\ncomment a square\nelement vertex 4\nproperty float x\nproperty double y\nproperty short z\n\
         property uchar red\nproperty uchar green\nproperty uchar blue\nelement camera 1\nproperty list uchar float view\n\
         element face 1\nproperty list uchar int vertex_indices\nproperty float quality\nend_header\n"
    )
    .into_bytes();
    let square = [[0, 0], [1, 0], [1, 1], [0, 1]];
    let big = format.ends_with("big_endian");
    macro_rules! put {
        ($value:expr) => {
            if format == "ascii" {
                bytes.extend(format!("{} ", $value).into_bytes());
            } else if big {
                bytes.extend($value.to_be_bytes());
            } else {
                bytes.extend($value.to_le_bytes());
            }
        };
    }
    for [x, y] in square {
        put!((x as f32));
        put!(f64::from(y));
        put!(-2_i16);
        put!(255_u8);
        put!(0_u8);
        put!(51_u8);
        if format == "ascii" {
            bytes.push(b'\n');
        }
    }
    put!(2_u8);
    put!(1.5_f32);
    put!(2.5_f32);
    put!(4_u8);
    for index in 0..4_i32 {
        put!(index);
    }
    put!(0.5_f32);
    bytes
}

#[test]
fn ply_in_all_codings_is_alike() {
    let text = read(&ply("ascii"), "a.ply").unwrap();
    prove(&text);
    assert_eq!(text.triangles, [[0, 1, 2], [0, 2, 3]]);
    assert_eq!(text.positions[2], [1.0, 1.0, -2.0]);
    assert_eq!(text.colors.as_ref().unwrap()[0], [1.0, 0.0, 0.2, 1.0]);
    assert_eq!(text.notes, ["element \"camera\" is passed over"]);
    for coding in ["binary_little_endian", "binary_big_endian"] {
        assert_eq!(read(&ply(coding), "a").unwrap(), text);
    }
}

#[test]
fn ply_strips_face_colours_and_clouds() {
    let head =
        "ply\nformat ascii 1.0\nelement vertex 4\nproperty float x\nproperty float y\nproperty float z\n";
    let points = "0 0 0\n1 0 0\n0 1 0\n1 1 0\n";
    let strip = format!(
        "{head}element tristrips 1\nproperty list int int vertex_indices\nend_header\n{points}8 0 1 2 3 -1 3 2 1\n"
    );
    assert_eq!(read(strip.as_bytes(), "a").unwrap().triangles, [[0, 1, 2], [2, 1, 3], [3, 2, 1]]);
    let faces = format!(
        "{head}element face 2\nproperty list uchar int vertex_index\nproperty uchar red\nproperty uchar green\nproperty uchar blue\n\
         end_header\n{points}4 0 1 3 2 255 0 0\n3 0 1 2 0 0 255\n"
    );
    let mesh = read(faces.as_bytes(), "a").unwrap();
    prove(&mesh);
    let (red, blue) = ([1.0, 0.0, 0.0, 1.0], [0.0, 0.0, 1.0, 1.0]);
    assert_eq!(mesh.face_colors.unwrap(), [red, red, blue]);
    let cloud = read(format!("{head}end_header\n{points}").as_bytes(), "a").unwrap();
    assert_eq!((cloud.positions.len(), cloud.triangles.len(), cloud.notes.len()), (4, 0, 1));
}

#[test]
fn ply_refusals() {
    let good = ply("binary_little_endian");
    assert!(refusal(&good[..good.len() - 3], "a").contains("the file ends where a number should stand"));
    let lying = String::from_utf8_lossy(&ply("ascii")).replace("vertex 4", "vertex 4000000000");
    assert!(refusal(lying.as_bytes(), "a").contains("too short for 4000000000 × \"vertex\""));
    let wild = String::from_utf8_lossy(&ply("ascii")).replace("0 1 2 3", "0 1 2 4");
    assert!(refusal(wild.as_bytes(), "a").contains("a face wants vertex 4; there are 4"));
    assert!(refusal(b"ply\nformat ascii 1.0\n", "a").contains("ends within its header"));
    assert!(refusal(b"ply\nelement vertex 1\nend_header\n", "a").contains("names no format"));
    assert!(
        refusal(b"ply\nformat ascii 1.0\nproperty int x\nend_header\n", "a").contains("before any element")
    );
    assert!(
        refusal(b"ply\nformat ascii 1.0\nelement vertex 1\nproperty int q\nend_header\n7\n", "a")
            .contains("lack x, y or z")
    );
    // An element of nothing, endless times.
    let none = b"ply\nformat ascii 1.0\nelement nothing 18446744073709551615\nelement vertex 1\nproperty float x\nproperty float y\nproperty float z\nend_header\n1 2 3\n";
    assert_eq!(read(none, "a").unwrap().positions, [[1.0, 2.0, 3.0]]);
}

#[test]
fn the_sample_is_a_closed_tube() {
    let bytes = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/samples/trefoil.ply")).unwrap();
    let mesh = read(&bytes, "trefoil.ply").unwrap();
    prove(&mesh);
    assert_eq!((mesh.positions.len(), mesh.triangles.len(), mesh.colors.is_some()), (1728, 3456, true));
    // Each edge lies in two triangles that run along it in opposite directions, and the volume inside is positive.
    let mut edges = std::collections::HashMap::new();
    let mut volume = 0.0;
    for triangle in &mesh.triangles {
        for (a, b) in [(0, 1), (1, 2), (2, 0)] {
            let (a, b) = (triangle[a], triangle[b]);
            *edges.entry((a.min(b), a.max(b))).or_insert(0) += if a < b { 1 } else { -1 };
        }
        let [a, b, c] = triangle.map(|index| mesh.positions[index as usize]);
        volume += a[0] * (b[1] * c[2] - b[2] * c[1])
            + a[1] * (b[2] * c[0] - b[0] * c[2])
            + a[2] * (b[0] * c[1] - b[1] * c[0]);
    }
    assert!(edges.values().all(|balance| *balance == 0));
    assert!(volume > 0.0, "{volume}");
}
