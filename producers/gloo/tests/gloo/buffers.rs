//! Buffers: whatever is written in whatever pieces, the stream's copy is the buffer's at each draw, and little is sent.

use crate::stage::{FRAGMENT, Folded, VERTEX, check, names, small};
use glir_gloo::*;
use proptest::prelude::*;

const COUNT: usize = 600;

fn program(context: &Context, buffer: &VertexBuffer<[f32; 2]>) -> Program {
    let mut program = Program::new(context, VERTEX, FRAGMENT).unwrap();
    program.set("a_position", buffer).unwrap();
    program
}

#[derive(Clone, Debug)]
enum Act {
    Write(usize, Vec<[f32; 2]>),
    Set(usize, [f32; 2]),
    Slice(usize, usize, f32),
    Replace(Vec<[f32; 2]>),
    Resize(usize),
    Policy(Upload),
    Draw,
    Swap,
}

fn values(most: usize) -> impl Strategy<Value = Vec<[f32; 2]>> {
    proptest::collection::vec([any::<f32>(), any::<f32>()], 0..most)
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        6 => (0..COUNT, values(30)).prop_map(|(first, values)| Act::Write(first, values)),
        6 => (0..COUNT, [any::<f32>(), any::<f32>()]).prop_map(|(at, value)| Act::Set(at, value)),
        4 => (0..COUNT, 0..200usize, any::<f32>()).prop_map(|(first, count, value)| Act::Slice(first, count, value)),
        1 => values(COUNT).prop_map(Act::Replace),
        1 => (0..COUNT).prop_map(Act::Resize),
        1 => prop_oneof![
            (0..5000usize).prop_map(|gap| Upload::Blocks { gap }),
            Just(Upload::Span),
            Just(Upload::Whole),
        ]
        .prop_map(Act::Policy),
        6 => Just(Act::Draw),
        2 => Just(Act::Swap),
    ]
}

fn bytes(values: &[[f32; 2]]) -> Vec<u8> {
    values.iter().flatten().flat_map(|value| value.to_le_bytes()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Random writes, then a draw: the stream's buffer is the one that was uploaded at once.
    #[test]
    fn what_is_drawn_is_what_was_written(acts in proptest::collection::vec(act(), 1..40)) {
        let context = small();
        let mut buffer = VertexBuffer::<[f32; 2]>::zeros(&context, COUNT).unwrap();
        let mut program = program(&context, &buffer);
        let mut model = vec![[0.0f32; 2]; COUNT];
        let mut folded = Folded::default();
        let mut frames = Vec::new();
        let mut dirty = 0;
        for act in acts.into_iter().chain([Act::Draw, Act::Swap]) {
            match act {
                Act::Write(first, values) => {
                    let fits = first + values.len() <= model.len();
                    prop_assert_eq!(buffer.write(first, &values).is_ok(), fits);
                    if fits {
                        model[first..first + values.len()].copy_from_slice(&values);
                        dirty += values.len();
                    }
                }
                Act::Set(at, value) => {
                    prop_assert_eq!(buffer.set(at, value).is_ok(), at < model.len());
                    if let Some(place) = model.get_mut(at) {
                        *place = value;
                        dirty += 1;
                    }
                }
                Act::Slice(first, count, value) => {
                    let Ok(mut slice) = buffer.slice_mut(first..first + count) else {
                        prop_assert!(first + count > model.len());
                        continue;
                    };
                    // Every third, so that there are gaps.
                    for index in (0..count).step_by(3) {
                        slice[index] = [value, 1.0];
                        model[first + index] = [value, 1.0];
                        dirty += 1;
                    }
                }
                Act::Replace(values) => {
                    buffer.replace(&values).unwrap();
                    model = values;
                    dirty += COUNT * 2;
                }
                Act::Resize(count) => {
                    buffer.resize(count).unwrap();
                    model.resize(count, [0.0; 2]);
                    dirty += COUNT * 2;
                }
                Act::Policy(policy) => buffer.set_policy(policy),
                Act::Draw => program.draw(Mode::Points, ..).unwrap(),
                Act::Swap => {
                    program.draw(Mode::Points, ..).unwrap();
                    let frame = context.swap();
                    folded.take(&frame);
                    frames.push(frame);
                    if !model.is_empty() {
                        let uploaded = folded.buffers.get(&buffer.id().0);
                        prop_assert_eq!(uploaded.map(Vec::as_slice), Some(&*bytes(&model)));
                    }
                }
            }
            // Values are compared as bits, since NaN is none like itself.
            prop_assert_eq!(bytes(&buffer.to_vec()), bytes(&model));
        }
        if dirty == 0 {
            prop_assert_eq!(folded.data, (0, 0));
        }
        check(&context.header(), &frames);
    }
}

#[test]
fn writes_merge_into_one_block_and_one_upload() {
    let context = small();
    let mut buffer = VertexBuffer::<[f32; 2]>::zeros(&context, 1000).unwrap();
    let mut program = program(&context, &buffer);
    program.draw(Mode::Points, ..).unwrap();
    context.swap();

    // Overlapping, touching, and close together.
    buffer.write(10, &[[1.0, 1.0]; 10]).unwrap();
    buffer.write(15, &[[2.0, 2.0]; 10]).unwrap();
    buffer.slice_mut(25..30).unwrap().fill([3.0, 3.0]);
    buffer.set(40, [4.0, 4.0]).unwrap();
    program.draw(Mode::Points, ..).unwrap();
    program.draw(Mode::Points, ..).unwrap();
    let frame = context.swap();
    assert_eq!(names(&frame), ["DATA", "DRAW", "DRAW", "SWAP"]);
    let mut folded = Folded { buffers: [(buffer.id().0, vec![0; 8000])].into(), ..Folded::default() };
    folded.take(&frame);
    assert_eq!(folded.data, (1, (41 - 10) * 8));

    // Far apart: two blocks, or one by policy.
    for (policy, expected) in [
        (Upload::default(), (2, 16)),
        (Upload::Span, (1, 991 * 8)),
        (Upload::Whole, (1, 8000)),
        (Upload::Blocks { gap: 10_000 }, (1, 991 * 8)),
    ] {
        buffer.set_policy(policy);
        let value = buffer.get(5).unwrap()[0] + 1.0;
        buffer.set(5, [value, 0.0]).unwrap();
        buffer.set(995, [value, 0.0]).unwrap();
        program.draw(Mode::Points, ..).unwrap();
        let mut folded = Folded { buffers: [(buffer.id().0, vec![0; 8000])].into(), ..Folded::default() };
        folded.take(&context.swap());
        assert_eq!(folded.data, expected, "{policy:?}");
    }

    // What is written as it was is not sent; nor does a slice that is only read mark anything.
    let same = buffer.to_vec();
    buffer.write(0, &same).unwrap();
    assert_eq!(buffer.slice_mut(..).unwrap().len(), 1000);
    buffer.slice_mut(..).unwrap()[3] = same[3];
    program.draw(Mode::Points, ..).unwrap();
    assert_eq!(names(&context.swap()), ["DRAW", "SWAP"]);
}

#[test]
fn what_is_never_drawn_is_never_sent() {
    let context = small();
    let mut buffer = VertexBuffer::new(&context, &[[1.0f32, 2.0]; 50]).unwrap();
    let mut texture = Texture2D::new(&context, (8, 8), Format::Rgba8).unwrap();
    let indices = IndexBuffer::new(&context, &[0u16, 1, 2]).unwrap();
    let renderbuffer = RenderBuffer::new(&context, (8, 8), Format::Depth16).unwrap();
    let framebuffer = FrameBuffer::with_color(&context, &texture).unwrap();
    let mut program = program(&context, &buffer);
    buffer.set(3, [0.0, 0.0]).unwrap();
    texture.write(&[7u8; 256]).unwrap();
    program.set("u_color", [1.0; 4]).unwrap();
    program.draw(Mode::Points, 0..0).unwrap();
    drop(framebuffer.bind());
    context.set_preset(Preset::Additive);
    assert_eq!(context.pending(), 0);
    // What the stream never had is not deleted there.
    drop((buffer, texture, indices, renderbuffer, framebuffer, program));
    assert_eq!(names(&context.swap()), ["SWAP"]);
}

#[test]
fn objects_end_when_nothing_uses_them_and_ids_come_back() {
    let context = small();
    let buffer = VertexBuffer::new(&context, &[[0.0f32, 0.0]; 3]).unwrap();
    let (id, mut program) = (buffer.id(), program(&context, &buffer));
    program.draw(Mode::Points, ..).unwrap();
    drop(buffer);
    // The program still reads it.
    program.draw(Mode::Points, ..).unwrap();
    let first = context.swap();
    assert!(!names(&first).contains(&"DELETE"));
    // Another one takes its place: it goes, its id is free, and the new one's binding is told though the id is the same.
    program.set("a_position", &VertexBuffer::new(&context, &[[1.0f32, 1.0]; 3]).unwrap()).unwrap();
    let again = VertexBuffer::new(&context, &[[2.0f32, 2.0]; 3]).unwrap();
    assert_eq!(again.id(), id);
    program.set("a_position", &again).unwrap();
    program.draw(Mode::Points, ..).unwrap();
    let second = context.swap();
    assert_eq!(names(&second), ["DELETE", "CREATE", "SIZE", "DATA", "ATTRIBUTE", "DRAW", "SWAP"]);
    drop((again, program));
    let third = context.swap();
    assert_eq!(names(&third), ["DELETE", "DELETE", "SWAP"]);
    check(&context.header(), &[first, second, third]);
}

#[test]
fn threads_may_share_a_context() {
    let context = small();
    let frames = std::thread::scope(|scope| {
        let drawing: Vec<_> = (0..4)
            .map(|number| {
                let context = context.clone();
                scope.spawn(move || {
                    let texture = Texture2D::new(&context, (4, 4), Format::Rgba8).unwrap();
                    let target = FrameBuffer::with_color(&context, &texture).unwrap();
                    for step in 0..50 {
                        let mut buffer = VertexBuffer::new(&context, &[[0.0f32, 0.0]; 30]).unwrap();
                        let mut program = program(&context, &buffer);
                        buffer.slice_mut(..).unwrap()[step % 30] = [number as f32, 1.0];
                        context
                            .set_blend((step % 2 == 0).then_some((BlendFactor::One, BlendFactor::One)))
                            .unwrap();
                        program.draw(Mode::Points, ..).unwrap();
                        let _read = target.read_pixels(None, 0).unwrap();
                    }
                })
            })
            .collect();
        let swapping = context.clone();
        let frames = scope.spawn(move || (0..20).map(|_| swapping.swap()).collect::<Vec<_>>());
        drawing.into_iter().for_each(|thread| thread.join().unwrap());
        frames.join().unwrap()
    });
    let frames: Vec<Frame> = frames.into_iter().chain([context.swap()]).collect();
    check(&context.header(), &frames);
    let made = frames.iter().flat_map(names).filter(|name| *name == "CREATE").count();
    let ended = frames.iter().flat_map(names).filter(|name| *name == "DELETE").count();
    assert_eq!((made, ended), (4 * (50 * 2 + 2), 4 * (50 * 2 + 2)));
}
