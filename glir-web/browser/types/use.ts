// Uses the package as its declarations promise it; `cargo xtask web` holds one against the other with TypeScript's compiler.
// What must not pass is marked: TypeScript complains where it does.

import { attach, decodeReplies, encodeReplies, GlirView, ready, type Diagnostic, type Options, type View } from "glir-web";
import { begin, file, Frame, message, namesOf } from "glir-web/emitter";

const options: Options = { webgl: 2, context: "shared", strict: true, windowBytes: 1 << 20, messages: false, loop: true };

export async function views(canvas: HTMLCanvasElement, worker: OffscreenCanvas): Promise<View> {
  await ready("/wasm/glir.wasm");
  const view = await attach(canvas, options);
  const other = await attach(worker);
  view.addEventListener("diagnostic", ({ detail }) => {
    const fault: Diagnostic = detail;
    console.warn(fault.severity, fault.code, fault.message, fault.command ?? -1);
  });
  view.addEventListener("state", ({ detail: { state, before } }) => state === "lost" && before === "playing");
  view.addEventListener("frame", ({ detail }) => detail.frame + detail.frames);
  view.addEventListener("stats", ({ detail }) => detail.framesPerSecond + detail.commands);
  view.addEventListener("reply", ({ detail }) => detail.name);
  view.addEventListener("event", ({ detail }) => detail.name);
  await view.load("recording.glir");
  await view.load(new Uint8Array(4));
  await view.load(new Blob([]));
  await view.seek(view.frames - 1);
  view.play();
  view.pause();
  view.loop = !view.autoplay;
  view.clear();
  const picture: Blob = await view.snapshot();
  const { width, height, data } = view.pixels();
  const bytes: Uint8Array = data.subarray(0, width * height * 4 + picture.size);
  view.begin(bytes.length);
  view.push(bytes);
  view.end();
  view.abort("Nothing more comes.");
  await view.connect(new URL("wss://example.org/ws"));
  view.send({ name: "CLOSE", canvas: 0 });
  const stop: () => string = view.recordEvents();
  await view.replay(stop());
  decodeReplies(encodeReplies([{ name: "KEY", canvas: 0, action: "down", key: "a", modifiers: 0, time: 0 }]));
  other.close();
  // @ts-expect-error there is no WebGL 3
  await attach(canvas, { webgl: 3 });
  // @ts-expect-error a view is shown a frame by its number
  await view.seek("last");
  // @ts-expect-error the state is the view's to say
  view.state = "playing";
  return view;
}

export async function elements(): Promise<void> {
  const element: GlirView = document.createElement("glir-view");
  element.options = { memoryBudget: 1e9 };
  element.setAttribute("src", "recording.glir");
  const view = await element.ready;
  view.play();
  element.view?.pause();
}

/** Every command that there is. */
export function commands(): Uint8Array[] {
  const frame = new Frame()
    .current(0, 640, 480)
    .group("a group")
    .meta("author", "a test")
    .extension("vendor.name", { u8: [1] })
    .create(1, { buffer: "vertex", usage: "dynamic" })
    .create(2, "program")
    .create(3, { texture: "2d", format: "rgba8", levels: 2 })
    .create(4, "framebuffer")
    .create(5, { buffer: "uniform" })
    .create(6, { query: "time_elapsed" })
    .label(1, "positions")
    .size(1, 64)
    .data(1, 0, new Float32Array([0, 1]))
    .data(3, { width: 1, height: 1 }, { u8: [255, 0, 0, 255] })
    .interpolation(3, "linear_mipmap_linear", "nearest", 1)
    .wrapping(3, "repeat", "clamp_to_edge")
    .mipmaps(3)
    .shaders(2, { vertex: ["void main() {", "}"], fragment: "void main() {}" }, { attributes: ["vec2 a"], uniforms: ["vec4 u"] })
    .attribute(2, "a", { buffer: 1, stride: 8, offset: 0 })
    .attribute(2, 0, { constant: [0, 1] })
    .uniform(2, "u", [1, 0, 0, 1])
    .texture(2, 0, 3)
    .block(2, 0, 5)
    .feedback(2, 0, 1)
    .attach(4, "color0", 3)
    .framebuffer(4)
    .drawBuffers(4, ["color0", null])
    .blit(4, 0, [0, 0, 1, 1], [0, 0, 2, 2], ["color"], "nearest")
    .read(7, { framebuffer: 0 })
    .state({ clear_color: [0, 0, 0, 1], depth_test: true, viewport: null })
    .clear(["color", "depth"])
    .draw(2, "triangles", { count: 3 }, 2)
    .query(6, "begin")
    .dispatch(2, 1)
    .input(8, "time")
    .signal(9, "add", [8, 8])
    .bind(9, { uniform: 0, program: 2 })
    .delete(1)
    .end()
    .swap();
  frame.add("SWAP", []);
  const bytes: number = frame.length + frame.head.length + frame.arena.length;
  // @ts-expect-error no such mode
  frame.draw(2, "triangels", { count: 3 });
  // @ts-expect-error no such state
  frame.state({ clear_colour: [0, 0, 0, 0] });
  // @ts-expect-error numbers have a type in a payload
  frame.data(1, 0, [1, 2, 3]);
  // @ts-expect-error an object has a kind
  frame.create(1);
  namesOf("Mode").slice(bytes);
  return [begin({ profile: "es2", width: 64, height: 64 }), message(frame, 1, 0), file([frame], { header: { title: "t" }, times: [0], meta: { a: "b" } })];
}
