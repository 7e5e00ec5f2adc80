//! Lists and signals: what stands in them, what goes out before, and pictures that move with no command.

use crate::stage::{FRAGMENT, VERTEX, check, checker, commands, draw, names, small, text};
use glir_core::{FrameInput, NoBlobs};
use glir_gloo::*;
use glir_native::Api;
use glir_spec::Reply;
use glir_spec::commands::Command;
use glir_spec::enums::PointerAction;
use glir_spec::ids::CanvasId;
use glir_spec::replies::{Pointer, Wheel};

const SEEN: &str = "attribute vec2 a_position; uniform vec4 u_seen;
    void main() { gl_Position = vec4((a_position - u_seen.xy) / (u_seen.zw - u_seen.xy) * 2.0 - 1.0, 0.0, 1.0); }";

/// A square of 2×2 units around the origin, of which 8×8 units are seen.
fn scene(context: &Context) -> (Program, Signal) {
    let mut program = Program::new(context, SEEN, FRAGMENT).unwrap();
    program.set("a_position", [[-1.0, -1.0], [1.0, -1.0], [-1.0, 1.0], [1.0, 1.0]]).unwrap();
    program.set("u_color", [1.0, 0.5, 0.0, 1.0]).unwrap();
    let seen = context.control(PanZoom::new([-4.0, -4.0, 4.0, 4.0])).unwrap();
    program.bind_uniform("u_seen", &seen).unwrap();
    (program, seen)
}

fn record(context: &Context, program: &mut Program) -> List {
    let list = context.record(|| {
        context.clear(Clear::color([0.0, 0.0, 0.0, 1.0]))?;
        program.draw(Mode::TriangleStrip, ..)
    });
    list.unwrap_or_else(|error: Error| panic!("{error}"))
}

fn pointer(action: PointerAction, x: f32, y: f32) -> Reply<'static> {
    let button = (action != PointerAction::Move).then_some(0);
    let (canvas, buttons, modifiers, time) = (CanvasId(0), 1, 0, 0.0);
    Reply::Pointer(Pointer { canvas, action, x, y, button, buttons, modifiers, time })
}

/// The names of the commands of a frame's first list.
fn listed(frame: &Frame) -> Vec<&'static str> {
    let commands = commands(frame);
    let start = commands.iter().position(|command| matches!(command, Command::Record(_))).unwrap();
    let end = commands.iter().skip(start).position(|command| matches!(command, Command::End(_))).unwrap();
    commands[start + 1..start + end].iter().map(Command::name).collect()
}

#[test]
fn a_bound_picture_pans_and_zooms_with_no_command() {
    let context = small();
    let (mut program, _seen) = scene(&context);
    let picture = record(&context, &mut program);
    context.redraw(&picture).unwrap();
    context.run(&picture).unwrap();
    let frames = [context.swap()];
    crate::goldens::golden("pan-and-zoom", &context, &frames);

    let mut interpreter = checker(&context.header());
    let input = |frame: &'_ Frame| (frame.head().to_vec(), frame.arena().to_vec());
    let (head, arena) = input(&frames[0]);
    interpreter.draw(FrameInput { head: &head, arena: arena.as_slice().into(), blobs: &NoBlobs });
    let seen =
        |interpreter: &glir_core::Interpreter<_>| interpreter.signals().value(1).unwrap().numbers().to_vec();
    assert!(!interpreter.tick(1.0), "nothing has moved");
    assert!(interpreter.event(&pointer(PointerAction::Down, 16.0, 16.0)));
    assert!(interpreter.event(&pointer(PointerAction::Move, 24.0, 16.0)));
    assert!(interpreter.event(&pointer(PointerAction::Up, 24.0, 16.0)));
    assert!(interpreter.tick(2.0), "the picture is drawn anew");
    assert_eq!(seen(&interpreter), [-6.0, -4.0, 2.0, 4.0]);
    let (canvas, x, y, dx, dy) = (CanvasId(0), 0.0, 0.0, 0.0, -120.0);
    assert!(interpreter.event(&Reply::Wheel(Wheel { canvas, x, y, dx, dy, modifiers: 0, time: 2.0 })));
    assert!(interpreter.tick(3.0));
    let zoomed = seen(&interpreter);
    assert!(zoomed[0] == -6.0 && zoomed[1] == -4.0 && zoomed[2] != 2.0, "the corner under the pointer stays");
    // The producer has sent nothing, and has nothing to send.
    assert_eq!(context.pending(), 0);
    context.run(&picture).unwrap();
    assert_eq!(names(&context.swap()), ["RUN", "SWAP"]);
    assert!(interpreter.take_diagnostics().is_empty());
}

#[test]
fn objects_go_out_before_the_list_and_updates_without_it() {
    let context = small();
    let (mut program, _) = scene(&context);
    let mut buffer = VertexBuffer::new(&context, &[[-1.0f32, -1.0], [1.0, -1.0], [-1.0, 1.0]]).unwrap();
    program.set("a_position", &buffer).unwrap();
    let picture = record(&context, &mut program);
    context.run(&picture).unwrap();
    let first = context.swap();
    assert_eq!(listed(&first), ["FRAMEBUFFER", "STATE", "CLEAR", "DRAW"]);
    program.set("u_color", [0.0, 1.0, 0.0, 1.0]).unwrap();
    program.send().unwrap();
    buffer.set(2, [0.0, 1.0]).unwrap();
    context.run(&picture).unwrap();
    let second = context.swap();
    assert_eq!(names(&second), ["UNIFORM", "DATA", "RUN", "SWAP"]);
    // Drawn without the list, the picture is the same.
    context.clear(Clear::color([0.0, 0.0, 0.0, 1.0])).unwrap();
    program.draw(Mode::TriangleStrip, ..).unwrap();
    let third = context.swap();
    assert_eq!(names(&third), ["FRAMEBUFFER", "STATE", "CLEAR", "DRAW", "SWAP"]);
    let frames = [first, second, third];
    check(&context.header(), &frames);
    let Some((listed, _)) = draw(Api::Gles3, &context.header(), &frames[..2]) else { return };
    let (drawn, _) = draw(Api::Gles3, &context.header(), &frames).unwrap();
    assert_eq!(listed, drawn);
}

/// Two draws of one program with other colours: the list holds both, and is right however often and after whatever it is run.
#[test]
fn what_differs_from_draw_to_draw_stands_in_the_list() {
    let context = Context::new(8, 8).unwrap();
    let mut program = Program::new(&context, VERTEX, FRAGMENT).unwrap();
    let left = [[-1.0f32, -1.0], [0.0, -1.0], [-1.0, 1.0], [0.0, 1.0]];
    let right = left.map(|[x, y]| [x + 1.0, y]);
    let (left, right) =
        (VertexBuffer::new(&context, &left).unwrap(), VertexBuffer::new(&context, &right).unwrap());
    let mut both = |context: &Context| -> Result<List> {
        context.record(|| {
            for (half, color) in [(&left, [1.0, 0.0, 0.0, 1.0]), (&right, [0.0, 0.0, 1.0, 1.0])] {
                program.set("a_position", half)?;
                program.set("u_color", color)?;
                program.draw(Mode::TriangleStrip, ..)?;
            }
            Ok(())
        })
    };
    let list = both(&context).unwrap();
    context.run(&list).unwrap();
    let mut frames = vec![context.swap()];
    let expected = ["ATTRIBUTE", "UNIFORM", "FRAMEBUFFER", "STATE", "DRAW", "ATTRIBUTE", "UNIFORM", "DRAW"];
    assert_eq!(listed(&frames[0]), expected);
    // Something else with the same program, with other state.
    context.set_preset(Preset::Additive);
    context.set_scissor(Rect { x: 0, y: 0, width: 1, height: 1 }).unwrap();
    program.set("u_color", [0.0, 1.0, 0.0, 1.0]).unwrap();
    program.draw(Mode::TriangleStrip, ..).unwrap();
    frames.push(context.swap());
    context.run(&list).unwrap();
    frames.push(context.swap());
    check(&context.header(), &frames);
    for api in [Api::Gl, Api::Gles3] {
        let Some((pixels, _)) = draw(api, &context.header(), &frames) else { return };
        for (at, pixel) in pixels.chunks_exact(4).enumerate() {
            let expected = if at % 8 < 4 { [255, 0, 0, 255] } else { [0, 0, 255, 255] };
            assert_eq!(pixel, expected, "{api}, pixel {at}");
        }
    }
}

#[test]
fn what_can_not_stand_in_a_list_is_said() {
    let context = small();
    let (mut program, seen) = scene(&context);
    let said = |result: Result<List>| result.unwrap_err().to_string();
    assert_eq!(said(context.record(|| context.read_pixels(None).map(drop))), "READ can't stand in a list");
    assert_eq!(
        said(context.record(|| context.record(|| Ok::<_, Error>(())).map(drop))),
        "a list is being recorded already; lists are recorded one by one"
    );
    assert_eq!(said(context.record(|| context.resize(8, 8))), "a canvas gets its size outside of lists");
    assert_eq!(said(context.record(|| context.redraw(None))), "REDRAW can't stand in a list");
    let mut buffer = VertexBuffer::new(&context, &[[0.0f32, 0.0]; 4]).unwrap();
    program.set("a_position", &buffer).unwrap();
    assert_eq!(
        said(context.record(|| {
            program.draw(Mode::Points, ..)?;
            buffer.set(0, [1.0, 1.0])?;
            program.draw(Mode::Points, ..)
        })),
        "buffer 3 is changed between two draws of one list"
    );
    assert_eq!(
        said(context.record(|| {
            program.draw(Mode::Points, ..)?;
            program.set("u_seen", [0.0, 0.0, 1.0, 1.0])?;
            program.draw(Mode::Points, ..)
        })),
        "the signals of `u_seen` of program 1 change between two draws of one list"
    );
    // A failed recording leaves nothing behind.
    context.clear(Clear::default()).unwrap();
    program.draw(Mode::Points, ..).unwrap();
    let frame = context.swap();
    assert!(!names(&frame).contains(&"RECORD"), "{:?}", names(&frame));
    check(&context.header(), &[frame]);

    let list = context.list();
    assert_eq!(
        list.bind_visible(&seen).unwrap_err().to_string(),
        "signal 1 is vec4; list 1 takes float or int here"
    );
    let other = small();
    assert_eq!(other.run(&list).unwrap_err().to_string(), "list 1 belongs to another context");
    assert_eq!(
        other.constant(1.0).unwrap().add(&seen).unwrap_err().to_string(),
        "signal 1 belongs to another context"
    );
    assert_eq!(
        context.control(PanZoom::new([0.0, 0.0, 0.0, 1.0])).unwrap_err().to_string(),
        "pan_zoom's rectangle is empty"
    );
    assert_eq!(
        context.control(Fly::new(f64::NAN)).unwrap_err().to_string(),
        "fly takes finite numbers, not NaN"
    );
    assert_eq!(
        seen.set([1.0, 2.0]).unwrap_err().to_string(),
        "signal 1 is a pan_zoom; a constant vec2 was given"
    );
}

/// Every operation and controller that there is, as the check takes them; and what is bound to lists.
#[test]
fn signals_are_what_the_check_takes() {
    let context = small();
    let vector = context.constant([3.0, 4.0, 0.5]).unwrap();
    let float = vector.length().unwrap();
    let size = context.input(InputSource::CanvasSize, 0);
    let area = context.vector([Operand::from([0.0, 0.0]), (&size).into()]).unwrap();
    let seen = context.control(PanZoom::new([0.0, 0.0, 1.0, 1.0]).even().inertia(0.5).within(&area)).unwrap();
    let camera =
        context.control(Turntable::new(30.0, 45.0, 5.0).center([1.0, 2.0, 3.0]).within(&size)).unwrap();
    let ball = context.control(Arcball::new(5.0).orientation([0.0, 0.0, 0.0, 1.0])).unwrap();
    let fly = context.control(Fly::new(1.0).position([0.0, 0.0, 9.0])).unwrap();
    let clock = context.control(Clock::new().rate(2.0)).unwrap();
    let aspect = size.component(0).unwrap().div(size.component(1).unwrap()).unwrap();
    let projection = context.perspective(0.8, &aspect, 0.1, 100.0).unwrap();
    let mut matrix = projection.mul(&camera).unwrap().mul(&ball).unwrap().mul(&fly).unwrap();
    for more in [
        vector.translation(),
        vector.scaling(),
        context.rotation(&vector, &clock),
        context.orthographic([-1.0, -1.0, -1.0], &vector),
        camera.inverse(),
    ] {
        matrix = matrix.mul(more.unwrap()).unwrap();
    }
    let mut all = vector.clone();
    for one in [Signal::sin, Signal::cos, Signal::exp, Signal::ln, Signal::sqrt, Signal::abs, Signal::floor] {
        all = all.add(one(&vector).unwrap()).unwrap();
    }
    for (at, two) in [
        Signal::sub,
        Signal::mul,
        Signal::div,
        Signal::min,
        Signal::max,
        Signal::pow,
        Signal::modulo,
        Signal::atan2,
        Signal::less,
        Signal::cross,
    ]
    .into_iter()
    .enumerate()
    {
        all = two(&all, &vector).unwrap_or_else(|error| panic!("{at}: {error}"));
    }
    all = all.mix(&vector, 0.5).unwrap().add(all.high().unwrap()).unwrap().add(all.low().unwrap()).unwrap();
    all = float.less(2.0).unwrap().select(&all, &vector).unwrap();
    let whole = all.dot(&vector).unwrap().int().unwrap();
    let choose = seen.selection().unwrap();

    let mut program = Program::new(
        &context,
        "attribute vec2 a_position; uniform mat4 u_m; uniform vec3 u_all; uniform vec4 u_box;
         void main() { gl_Position = u_m * vec4(a_position, u_all.x, u_box.x); gl_PointSize = 1.0; }",
        "uniform int u_i; void main() { gl_FragColor = vec4(float(u_i)); }",
    )
    .unwrap();
    program.set("a_position", [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]).unwrap();
    for (name, signal) in [("u_m", &matrix), ("u_all", &all), ("u_box", &choose), ("u_i", &whole)] {
        program.bind_uniform(name, signal).unwrap();
    }
    let list = context.list();
    list.bind_viewport(&area).unwrap();
    list.bind_scissor(&seen).unwrap();
    list.bind_range(&context.constant([0.0, 3.0]).unwrap()).unwrap();
    list.bind_visible(&whole).unwrap();
    list.record(|| program.draw(Mode::Points, ..)).unwrap();
    context.run(&list).unwrap();
    let frame = context.swap();
    let state = commands(&frame).into_iter().find_map(|command| match command {
        Command::State(state) => Some(state.changes.0),
        _ => None,
    });
    let bound = |field: &StateField| matches!(field, StateField::Viewport(_) | StateField::Scissor(_));
    assert!(!state.unwrap().iter().any(bound), "a bound viewport is left alone");

    // Constants change, controllers begin anew, and bound settings are let go.
    vector.set([1.0, 1.0, 1.0]).unwrap();
    vector.set([1.0, 1.0, 1.0]).unwrap();
    seen.reset(PanZoom::new([0.0, 0.0, 2.0, 2.0])).unwrap();
    program.set("u_all", [0.0, 0.0, 0.0]).unwrap();
    program.send().unwrap();
    let second = context.swap();
    assert_eq!(names(&second), ["SIGNAL", "SIGNAL", "BIND", "UNIFORM", "SWAP"]);
    drop(list);
    drop(program);
    let third = context.swap();
    let expected = ["BIND", "BIND", "BIND", "BIND", "RECORD", "END", "FORGET", "DELETE", "DELETE", "SWAP"];
    assert_eq!(names(&third), expected, "{}", text(&context.header(), std::slice::from_ref(&third)));
    check(&context.header(), &[frame, second, third]);
}

/// What a list draws with lives as long as the list; other shaders keep what is bound.
#[test]
fn signals_alike_are_one_and_go_with_their_last_handle() {
    let context = small();
    let (mut program, seen) = scene(&context);
    // What is computed alike is one signal, but for constants that somebody may set.
    let twice = [seen.mul(2.0).unwrap(), seen.mul(2.0).unwrap()];
    assert_eq!(twice[0], twice[1]);
    assert_eq!(context.number(7.0).unwrap(), context.number(7.0).unwrap());
    let own = [context.constant(7.0).unwrap(), context.constant(7.0).unwrap()];
    assert_ne!(own[0], own[1]);
    let error = context.number(7.0).unwrap().set(8.0).unwrap_err();
    assert!(error.to_string().contains("a number that others share"), "{error}");
    program.bind_uniform("u_seen", &twice[0]).unwrap();
    program.draw(Mode::TriangleStrip, ..).unwrap();
    let first = context.swap();
    let count = |frame: &Frame, name: &str| names(frame).iter().filter(|known| **known == name).count();
    assert_eq!(count(&first, "SIGNAL"), 3);
    // Another one drives it: the product goes with its last handle, what it was made of with that of its own.
    program.bind_uniform("u_seen", &seen).unwrap();
    program.draw(Mode::TriangleStrip, ..).unwrap();
    let second = context.swap();
    assert_eq!(count(&second, "FORGET"), 0);
    drop(twice);
    let third = context.swap();
    let forgotten: Vec<u32> = commands(&third)
        .iter()
        .filter_map(|command| match command {
            Command::Forget(forget) => Some(forget.signal.0),
            _ => None,
        })
        .collect();
    // The product before its factor.
    assert_eq!(forgotten.len(), 2);
    assert!(forgotten[0] > forgotten[1], "{forgotten:?}");
    drop((program, seen, own));
    let fourth = context.swap();
    assert_eq!(count(&fourth, "FORGET"), 1);
    let mut interpreter = checker(&context.header());
    for frame in [&first, &second, &third, &fourth] {
        interpreter.draw(FrameInput { head: frame.head(), arena: frame.arena().into(), blobs: &NoBlobs });
        let told = interpreter.take_diagnostics();
        assert!(told.is_empty(), "{told:?}");
    }
    assert!(interpreter.signals().is_empty());
}

#[test]
fn lists_keep_what_they_draw_with() {
    let context = small();
    let (mut program, _seen) = scene(&context);
    let picture = record(&context, &mut program);
    context.redraw(&picture).unwrap();
    context.run(&picture).unwrap();
    let mut frames = vec![context.swap()];
    program.set_shaders(SEEN, "precision highp float; uniform float u_more; uniform vec4 u_color; void main() { gl_FragColor = u_color * u_more; }").unwrap();
    program.set("u_more", 0.5).unwrap();
    program.send().unwrap();
    frames.push(context.swap());
    assert_eq!(names(&frames[1]), ["BIND", "SHADERS", "BIND", "UNIFORM", "SWAP"]);
    drop(program);
    drop(picture);
    frames.push(context.swap());
    assert_eq!(names(&frames[2]), ["SWAP"], "REDRAW still needs them");
    context.redraw(None).unwrap();
    frames.push(context.swap());
    assert_eq!(names(&frames[3])[..3], ["REDRAW", "RECORD", "END"]);
    check(&context.header(), &frames);
}

#[test]
fn lists_within_lists_and_canvases() {
    let context = Context::new(8, 8).unwrap();
    context.set_canvas(1, Some((8, 8))).unwrap();
    context.set_canvas(0, None).unwrap();
    let mut program = Program::new(&context, VERTEX, FRAGMENT).unwrap();
    program.set("a_position", [[-1.0, -1.0], [1.0, -1.0], [-1.0, 1.0], [1.0, 1.0]]).unwrap();
    program.set("u_color", [0.0, 1.0, 0.0, 1.0]).unwrap();
    let inner = context.record(|| program.draw(Mode::TriangleStrip, ..)).unwrap();
    let outer = context
        .record(|| {
            context.set_canvas(1, None)?;
            context.clear(Clear::color([1.0, 0.0, 0.0, 1.0]))?;
            context.set_canvas(0, None)?;
            let _group = context.group("inner")?;
            context.run(&inner)
        })
        .unwrap();
    context.run(&outer).unwrap();
    context.clear(Clear::color([0.0, 0.0, 1.0, 1.0])).unwrap();
    context.run(&outer).unwrap();
    let frames = [context.swap()];
    check(&context.header(), &frames);
    let Some((pixels, _)) = draw(Api::Gles3, &context.header(), &frames) else { return };
    assert_eq!(pixels[..4], [0, 255, 0, 255]);
}
