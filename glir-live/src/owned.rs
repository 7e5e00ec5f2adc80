//! Replies that borrow nothing, so that they outlive the message they came in.

use glir_spec::Reply;
use glir_spec::replies::{Bytes, DiagnosticReply, Hello, Key, Limit, Pixels, Resume};
use glir_spec::wire::Str;

/// A copy of a reply that borrows nothing. Payloads in an arena stay there.
pub(crate) fn reply(reply: Reply<'_>) -> Reply<'static> {
    match reply {
        Reply::Hello(hello) => Reply::Hello(Hello {
            interpreter: hello.interpreter.into_owned(),
            extensions: hello.extensions.into_iter().map(Str::into_owned).collect(),
            limits: hello
                .limits
                .into_iter()
                .map(|limit| Limit { name: limit.name.into_owned(), value: limit.value })
                .collect(),
            major: hello.major,
            minor: hello.minor,
            profile: hello.profile,
            features: hello.features,
        }),
        Reply::DiagnosticReply(diagnostic) => Reply::DiagnosticReply(DiagnosticReply {
            name: diagnostic.name.into_owned(),
            label: diagnostic.label.into_owned(),
            message: diagnostic.message.into_owned(),
            severity: diagnostic.severity,
            code: diagnostic.code,
            frame: diagnostic.frame,
            command: diagnostic.command,
            object: diagnostic.object,
        }),
        Reply::Pixels(pixels) => Reply::Pixels(Pixels {
            payload: pixels.payload.into_owned(),
            request: pixels.request,
            width: pixels.width,
            height: pixels.height,
        }),
        Reply::Bytes(bytes) => {
            Reply::Bytes(Bytes { payload: bytes.payload.into_owned(), request: bytes.request })
        }
        Reply::Key(key) => Reply::Key(Key {
            key: key.key.into_owned(),
            canvas: key.canvas,
            action: key.action,
            modifiers: key.modifiers,
            time: key.time,
        }),
        Reply::Resume(resume) => Reply::Resume(Resume {
            session: resume.session.into_owned(),
            blobs: resume.blobs.into_iter().map(Str::into_owned).collect(),
            frame: resume.frame,
        }),
        Reply::Ack(ack) => Reply::Ack(ack),
        Reply::ReadFailed(failed) => Reply::ReadFailed(failed),
        Reply::QueryResult(result) => Reply::QueryResult(result),
        Reply::Resize(resize) => Reply::Resize(resize),
        Reply::Pointer(pointer) => Reply::Pointer(pointer),
        Reply::Wheel(wheel) => Reply::Wheel(wheel),
        Reply::Close(close) => Reply::Close(close),
        Reply::ContextLost(lost) => Reply::ContextLost(lost),
        Reply::ContextRestored(restored) => Reply::ContextRestored(restored),
    }
}
