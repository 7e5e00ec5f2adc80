//! Random programs: whatever gloo emits, the check has nothing to say, and nothing is told twice.

use crate::stage::{Dice, FRAGMENT, VERTEX, check, commands, small};
use glir_gloo::*;
use glir_spec::commands::Command;
use std::collections::HashMap;

const SHOW: &str = "precision highp float; uniform sampler2D u_image; uniform float u_gain[3];
    void main() { gl_FragColor = texture2D(u_image, gl_FragCoord.xy / 32.0) * u_gain[1]; }";
const NEWER: &str = "#version 300 es
    layout(std140) uniform Scene { vec4 tint; }; in vec2 a_position; in float a_size; void main() { gl_Position = tint; }";
const NEWER_FRAGMENT: &str = "#version 300 es
    precision highp float; layout(location = 0) out vec4 a; layout(location = 1) out vec4 b;
    void main() { a = vec4(1.0); b = a; }";

/// Everything that is told of an object, by what it is told of.
fn key(command: &Command<'_>) -> Option<(&'static str, u32, u32)> {
    Some(match command {
        Command::Attribute(c) => ("ATTRIBUTE", c.program.0, c.slot.0),
        Command::Uniform(c) => ("UNIFORM", c.program.0, c.slot.0),
        Command::Texture(c) => ("TEXTURE", c.program.0, c.slot.0),
        Command::Block(c) => ("BLOCK", c.program.0, c.slot.0),
        Command::Interpolation(c) => ("INTERPOLATION", c.texture.0, 0),
        Command::Wrapping(c) => ("WRAPPING", c.texture.0, 0),
        Command::DrawBuffers(c) => ("DRAW_BUFFERS", c.framebuffer.0, 0),
        Command::Attach(c) => ("ATTACH", c.framebuffer.0, c.point as u32),
        Command::Framebuffer(_) => ("FRAMEBUFFER", 0, 0),
        Command::Size(c) => ("SIZE", c.id.0, 0),
        Command::Label(c) => ("LABEL", c.id.0, 0),
        _ => return None,
    })
}

/// Refuses commands that say what was said already.
fn nothing_twice(frames: &[Frame]) {
    let mut told: HashMap<(&str, u32, u32), String> = HashMap::new();
    let mut state: HashMap<u8, StateField> = HashMap::new();
    for frame in frames {
        for command in commands(frame) {
            if let Command::Delete(deleted) = &command {
                // What named the object names nothing now, and its id may be another's.
                let id = deleted.id.0;
                told.retain(|key, _| key.1 != id || ["FRAMEBUFFER"].contains(&key.0));
                told.retain(|key, text| {
                    !["ATTRIBUTE", "TEXTURE", "BLOCK", "ATTACH", "FRAMEBUFFER"].contains(&key.0)
                        || !text.contains(&format!("Id({id})"))
                });
            }
            if let Command::State(changes) = &command {
                assert!(!changes.changes.0.is_empty());
                for field in &changes.changes.0 {
                    let old = state.insert(field.number(), field.clone());
                    assert_ne!(old.as_ref(), Some(field), "{field:?} is told twice");
                }
            }
            if let Some(key) = key(&command) {
                let text = format!("{command:?}");
                let old = told.insert(key, text.clone());
                assert_ne!(old.as_deref(), Some(&*text), "told twice");
            }
        }
    }
}

fn play(seed: u64) {
    let mut dice = Dice(seed);
    let context = small();
    let newer = dice.roll(3) == 0;
    let mut buffers: Vec<VertexBuffer<[f32; 2]>> = Vec::new();
    let mut textures: Vec<Texture2D> = Vec::new();
    let mut targets: Vec<FrameBuffer> = Vec::new();
    let mut indices = vec![IndexBuffer::new(&context, &[0u16, 1, 2]).unwrap()];
    let mut programs = vec![
        Program::new(&context, VERTEX, FRAGMENT).unwrap(),
        Program::new(&context, VERTEX, SHOW).unwrap(),
    ];
    let mut scene = None;
    if newer {
        let mut program = Program::new(&context, NEWER, NEWER_FRAGMENT).unwrap();
        let block = UniformBuffer::new(&program, "Scene").unwrap();
        program.set("Scene", &block).unwrap();
        scene = Some(block);
        programs.push(program);
    }
    let mut bound = Vec::new();
    let mut frames = Vec::new();
    let mut drawn = 0;
    for _ in 0..150 {
        let program = dice.roll(programs.len());
        match dice.roll(24) {
            0 => {
                let count = dice.roll(9);
                buffers.push(VertexBuffer::new(&context, &vec![[dice.part(), dice.part()]; count]).unwrap());
            }
            1 if !buffers.is_empty() => drop(buffers.swap_remove(dice.roll(buffers.len()))),
            2 => {
                let mipmaps = [Mipmaps::None, Mipmaps::Auto, Mipmaps::Manual][dice.roll(3)];
                let format = [Format::Rgba8, Format::Rgb565, Format::Rgba16f, Format::R32f][dice.roll(4)];
                let size = (1 + dice.roll(9) as u32, 1 + dice.roll(9) as u32);
                let options = TextureOptions { mipmaps, ..format.into() };
                textures.push(Texture2D::new(&context, size, options).unwrap());
            }
            3 if !textures.is_empty() => drop(textures.swap_remove(dice.roll(textures.len()))),
            4 if !textures.is_empty() => {
                let texture = dice.roll(textures.len());
                let min = MinFilter::ALL[dice.roll(6)];
                drop(textures[texture].set_interpolation(min, Filter::ALL[dice.roll(2)]));
                textures[texture].set_wrapping([Wrap::ALL[dice.roll(3)]; 3]);
                let area = Area { origin: [0, 0, 0], size: Some([1, 1, 1]), level: dice.roll(3) as u32 };
                drop(textures[texture].write_area(area, &[dice.roll(255) as u8; 4]));
                if dice.roll(9) == 0 {
                    textures[texture].resize((1 + dice.roll(9) as u32, 4)).unwrap();
                }
            }
            5 => {
                let mut target = FrameBuffer::new(&context).unwrap();
                if !textures.is_empty() {
                    drop(target.attach(AttachmentPoint::Color0, &textures[dice.roll(textures.len())]));
                }
                if dice.roll(3) == 0 {
                    let format = [Format::Depth16, Format::Depth24Stencil8][dice.roll(2)];
                    let depth = RenderBuffer::new(&context, (4, 4), format).unwrap();
                    drop(target.attach(
                        [AttachmentPoint::Depth, AttachmentPoint::DepthStencil][dice.roll(2)],
                        &depth,
                    ));
                }
                targets.push(target);
            }
            6 if !targets.is_empty() && !textures.is_empty() => {
                let target = dice.roll(targets.len());
                let point = AttachmentPoint::ALL[dice.roll(3)];
                if dice.roll(3) == 0 {
                    targets[target].detach(point);
                } else {
                    let image = Image::from(&textures[dice.roll(textures.len())]).level(dice.roll(2) as u32);
                    drop(targets[target].attach(point, image));
                }
            }
            7 if !targets.is_empty() => drop(targets.swap_remove(dice.roll(targets.len()))),
            8 if !targets.is_empty() => bound.push(targets[dice.roll(targets.len())].bind()),
            9 | 10 if !bound.is_empty() => drop(bound.swap_remove(dice.roll(bound.len()))),
            11 => drop(programs[program].set("u_color", [dice.part(), dice.part(), 0.0, 1.0])),
            12 => drop(programs[program].set(&format!("u_gain[{}]", dice.roll(4)), dice.part())),
            13 if !textures.is_empty() => {
                drop(programs[program].set("u_image", &textures[dice.roll(textures.len())]));
            }
            14 | 15 if !buffers.is_empty() => {
                let view = buffers[dice.roll(buffers.len())]
                    .view()
                    .skip(dice.roll(3))
                    .divisor(dice.roll(5) as u32 / 3);
                programs[program].set("a_position", view).unwrap();
                drop(programs[program].set("a_size", dice.part()));
            }
            16 if !buffers.is_empty() => {
                let buffer = dice.roll(buffers.len());
                drop(buffers[buffer].set(dice.roll(9), [dice.part(), dice.part()]));
                if dice.roll(5) == 0 {
                    buffers[buffer].resize(dice.roll(9)).unwrap();
                    buffers[buffer].set_label(["", "a", "b"][dice.roll(3)]).unwrap();
                }
            }
            17 => context.set_preset([Preset::Opaque, Preset::Translucent, Preset::Additive][dice.roll(3)]),
            18 => drop(context.clear(Clear::color_and_depth([dice.part(), 0.0, 0.0, 1.0]))),
            19 => {
                context
                    .set_scissor((dice.roll(2) == 0).then_some(Rect { x: 1, y: 2, width: 3, height: 4 }))
                    .unwrap();
                if let Some(scene) = &mut scene {
                    scene.set("tint", [dice.part(), 0.0, 0.0, 1.0]).unwrap();
                }
            }
            20 => {
                let last = indices.len() - 1;
                indices[last].write(dice.roll(3), &[dice.roll(7) as u16]).unwrap();
                if dice.roll(4) == 0 {
                    indices.push(IndexBuffer::new(&context, &[0, dice.roll(5) as u16, 2]).unwrap());
                }
                drawn += usize::from(
                    programs[program].draw(Mode::Triangles, &indices[dice.roll(indices.len())]).is_ok(),
                );
            }
            21 if !targets.is_empty() => {
                let _ = targets[dice.roll(targets.len())].read_pixels(None, dice.roll(2) as u32);
                drop(targets[dice.roll(targets.len())].copy_to(None, Filter::Nearest));
            }
            22 => frames.push(context.swap()),
            23 if program < 2 => {
                let fragment = [FRAGMENT, SHOW][dice.roll(2)];
                programs[program].set_shaders(VERTEX, fragment).unwrap();
            }
            _ => {
                let instances = 1 + dice.roll(2) as u32;
                drawn += usize::from(programs[program].draw_instances(Mode::Points, .., instances).is_ok());
            }
        }
    }
    drop((bound, programs, buffers, targets, textures, indices, scene));
    frames.push(context.swap());
    check(&context.header(), &frames);
    nothing_twice(&frames);
    DRAWN.fetch_add(drawn, std::sync::atomic::Ordering::Relaxed);
    // All that was made is gone.
    let count = |name| frames.iter().flat_map(crate::stage::names).filter(|other| *other == name).count();
    assert_eq!(count("CREATE"), count("DELETE"));
}

static DRAWN: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);

#[test]
fn the_check_accepts_whatever_gloo_emits() {
    let runs = std::env::var("GLIR_RUNS").ok().and_then(|runs| runs.parse().ok()).unwrap_or(300);
    for seed in 0..runs {
        let result = std::panic::catch_unwind(|| play(seed));
        assert!(result.is_ok(), "seed {seed}");
    }
    // The programs are not all stuck in errors.
    assert!(DRAWN.load(std::sync::atomic::Ordering::Relaxed) as u64 > 5 * runs);
}
