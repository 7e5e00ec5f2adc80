//! Ids and slots: the numbers by which commands speak of things.

use crate::schema::{IdKind, SlotKind, Type};

wire_number! {
    /// Any object. Ids are chosen by the producer, from 1 on; all kinds share one space; an id is free again once its
    /// object is deleted.
    ObjectId = Type::Id(IdKind::Object);
    /// A buffer.
    BufferId = Type::Id(IdKind::Buffer);
    /// A texture.
    TextureId = Type::Id(IdKind::Texture);
    /// A renderbuffer.
    RenderbufferId = Type::Id(IdKind::Renderbuffer);
    /// A framebuffer; 0 is the current canvas.
    FramebufferId = Type::Id(IdKind::Framebuffer);
    /// A program.
    ProgramId = Type::Id(IdKind::Program);
    /// A query.
    QueryId = Type::Id(IdKind::Query);
    /// A canvas. Canvas 0 exists from the start.
    CanvasId = Type::Id(IdKind::Canvas);
    /// A list of commands, from 1 on; lists have a space of ids of their own.
    ListId = Type::Id(IdKind::List);
    /// An input or signal, from 1 on; they have a space of ids of their own.
    SignalId = Type::Id(IdKind::Signal);
    /// A READ; its reply carries the same number.
    RequestId = Type::Id(IdKind::Request);
    /// An entry of a program's `attributes`, counted from 0.
    AttributeSlot = Type::Slot(SlotKind::Attribute);
    /// An entry of a program's `uniforms`, counted from 0.
    UniformSlot = Type::Slot(SlotKind::Uniform);
    /// An entry of a program's `samplers`, counted from 0.
    SamplerSlot = Type::Slot(SlotKind::Sampler);
    /// An entry of a program's `blocks`, counted from 0.
    BlockSlot = Type::Slot(SlotKind::Block);
    /// An entry of a program's `feedback`, counted from 0.
    FeedbackSlot = Type::Slot(SlotKind::Feedback);
}

macro_rules! object_ids {
    ($($name:ident)+) => { $(
        impl From<$name> for ObjectId {
            fn from(id: $name) -> ObjectId { ObjectId(id.0) }
        }
    )+ };
}

object_ids! { BufferId TextureId RenderbufferId FramebufferId ProgramId QueryId }
