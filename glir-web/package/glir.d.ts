// Types of the package; those of commands and replies are generated, see `types/glir.d.ts`.

/** How a view is made. */
export interface Options {
  /** The version of WebGL; 0 takes the best that there is. Default: 0. */
  webgl?: 0 | 1 | 2;
  /** Whose context the view draws with. Default: `auto`, its own for the first six views of a page, else a shared one. */
  context?: "auto" | "own" | "shared";
  /** Bytes that a stream's objects may take. Default: 4 GiB. */
  memoryBudget?: number;
  /** Stops at the first faulty command instead of leaving it out. Default: false. */
  strict?: boolean;
  /** Plays a recording as soon as it is loaded. Default: false. */
  autoplay?: boolean;
  /** Plays a recording again and again. Default: false. */
  loop?: boolean;
  /** Turns what people do on the canvas into events. Default: true. */
  input?: boolean;
  /** What takes messages to people: an element, an object, or nobody. Default: a box behind the canvas. */
  messages?: false | HTMLElement | MessageHost;
  /** Bytes that a live server may send ahead of acknowledgements. Default: 64 MiB. */
  windowBytes?: number;
  /** The WebAssembly module, its bytes or its address. Default: `wasm/glir.wasm` beside the package. */
  wasm?: string | URL | BufferSource | WebAssembly.Module;
}

/** Takes messages to people. */
export interface MessageHost {
  /** `ready` has no text; the empty kind takes the last message away. */
  message(kind: "" | "ready" | "notice" | "fault" | "failed", text: string): void;
  /** How much is loaded, 0 to 1; null if nobody knows. */
  progress?(share: number | null): void;
}

export type State =
  | "empty"
  | "loading"
  | "paused"
  | "playing"
  | "ended"
  | "connecting"
  | "live"
  | "reconnecting"
  | "lost"
  | "failed";

/** A fault. Those of commands say where they are. */
export interface Diagnostic {
  severity: "warning" | "error" | "fatal";
  code: string;
  message: string;
  /** The frame, counted from 0. */
  frame?: number;
  /** The command in its frame, counted from 0; null if no command is at fault. */
  command?: number | null;
  /** The command's name. */
  name?: string;
  /** The id of the object concerned; 0 for none. */
  object?: number;
  /** The object's label. */
  label?: string;
}

/** A reply with its fields as the table names them. */
export interface Reply {
  name: string;
  [field: string]: unknown;
}

export interface Stats {
  framesPerSecond: number;
  bytesPerSecond: number;
  /** The frame that is shown. */
  frame: number;
  /** Frames and commands that were drawn. */
  frames: number;
  commands: number;
  /** False once a picture that is rebuilt after a lost context may differ. */
  retained: boolean;
}

export interface ViewEvents {
  state: CustomEvent<{ state: State; before: State }>;
  frame: CustomEvent<{ frame: number; frames: number; draw: number | null }>;
  diagnostic: CustomEvent<Diagnostic>;
  reply: CustomEvent<Reply>;
  /** What a person did, unless a signal of the stream has taken it. */
  event: CustomEvent<Reply>;
  stats: CustomEvent<Stats>;
}

/** One stream on one canvas. */
export declare class View extends EventTarget {
  private constructor();
  readonly canvas: HTMLCanvasElement | OffscreenCanvas;
  /** The frame that is shown, counted from 0; −1 before the first. Live, the producer's own number. */
  readonly frame: number;
  /** The number of frames of a recording so far. */
  readonly frames: number;
  /** How many of the frame's draws are shown; null for the whole frame. */
  readonly draw: number | null;
  /** How many draws the frame has that is shown: commands CLEAR, DRAW, DISPATCH, BLIT and RUN. */
  readonly draws: number;
  /** Seconds that a recording takes. */
  readonly duration: number;
  readonly state: State;
  /** What the view draws with, for people. */
  readonly interpreter: string;
  /** The version of WebGL. */
  readonly webgl: 1 | 2;
  /** Whether a recording begins again behind its last frame. */
  loop: boolean;
  /** How many times as fast as it was recorded a recording plays: 0.01 to 100. */
  speed: number;
  /** The first and the last frame that `play` plays, or null for all of them. With `loop` they are played again and again. */
  get range(): [number, number] | null;
  set range(range: readonly [number, number] | null);
  /** Whether recordings play as soon as they are there. What stands still starts when this is set. */
  autoplay: boolean;
  /** The first 1000 diagnostics of the stream. */
  readonly diagnostics: Diagnostic[];
  /** Loads a recording. Its first frame is shown as soon as it is there. */
  load(source: string | URL | Blob | Response | ArrayBuffer | ArrayBufferView): Promise<void>;
  /** Begins a recording whose bytes are given to `push`; with their number, progress is shown. */
  begin(total?: number): void;
  /** Takes the next bytes of a recording. They are kept, not copied. */
  push(bytes: Uint8Array): void;
  /** Says that a recording is whole. */
  end(): void;
  /** Gives up a recording that is being pushed, for a reason that people are told. */
  abort(reason: string): void;
  /** Shows a frame, the nearest if there is no such one. */
  seek(frame: number): Promise<void>;
  /** Shows a frame as it is behind so many of its draws, on the picture that the frame before has left. */
  seekDraw(frame: number, draws: number): Promise<void>;
  /** Shows one draw more, or one less, across frames. */
  stepDraw(direction: 1 | -1): Promise<void>;
  play(): void;
  pause(): void;
  /**
   * Follows a live session, again when the connection is lost. Resolved when it stands for the first time, or is given up
   * for another stream; rejected if it can't be followed.
   */
  connect(url: string | URL): Promise<void>;
  /** Sends a reply to the producer of a live session. */
  send(reply: Reply): void;
  /** Records what people do to the picture; the function ends the recording and gives the log, lines of JSON. */
  recordEvents(): () => string;
  /** Whether what is drawn is recorded. */
  readonly recording: boolean;
  /** Records what is drawn from now on, beginning with what there is so far; with `bytes` the last so many of its frames are kept, and the scene that they begin with. */
  record(options?: { bytes?: number }): void;
  /** Ends the recording: a `.glir` file, or null if nothing was drawn. */
  stopRecording(): Blob | null;
  /** Lets happen what a log says, at once, and shows the last picture. */
  replay(log: string): Promise<void>;
  /** Ends what is shown; the canvas is empty then. */
  clear(): void;
  /** The picture as a PNG. Rejected while the browser keeps the graphics context. */
  snapshot(): Promise<Blob>;
  /** The picture: RGBA, four bytes a pixel, the upper row first. */
  pixels(): { width: number; height: number; data: Uint8Array };
  /** Lets go of everything. What would show or read something throws from then on. */
  close(): void;
  addEventListener<K extends keyof ViewEvents>(
    type: K,
    listener: (event: ViewEvents[K]) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject | null, options?: boolean | AddEventListenerOptions): void;
}

/** Attaches a view to a canvas, which must not have a context yet. */
export declare function attach(canvas: HTMLCanvasElement | OffscreenCanvas, options?: Options): Promise<View>;

/** Loads the WebAssembly module, once a page or worker. */
export declare function ready(source?: Options["wasm"]): Promise<void>;

/** The replies of a chunk of kind RPLY. */
export declare function decodeReplies(message: Uint8Array): Reply[];
/** A chunk of replies without payloads. */
export declare function encodeReplies(replies: Reply[]): Uint8Array;

/** The element `<glir-view>`. */
export declare class GlirView extends HTMLElement {
  /** Further options; set it before the element is connected. */
  options?: Options;
  /** The view, once there is one. */
  readonly view: View | null;
  /** Resolved with the view. */
  readonly ready: Promise<View>;
}

declare global {
  interface HTMLElementTagNameMap {
    "glir-view": GlirView;
  }
}
