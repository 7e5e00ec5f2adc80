//! The commands that are kept, and what each rests on.

use super::contents::Contents;
use crate::planes::{COLOR, DEPTH, Reach, STENCIL};
use crate::signals::{TargetKey, UNIFORM, key_of};
use glir_spec::commands::{Blit, Clear, Delete, Dispatch, Draw, Forget};
use glir_spec::formats::FormatClass;
use glir_spec::ids::{ObjectId, SignalId};
use glir_spec::structs::{BindTarget, Descriptor};
use std::ops::Range;

/// A command's wire form. (That of any command would bring the wire form of all.)
macro_rules! encoded {
    ($command:expr) => {{
        let mut bytes = Vec::new();
        $command.encode(&mut bytes);
        bytes
    }};
}
pub(super) use encoded;

/// A command's number: the frame in the upper bits, a count in the lower ones. Later is greater; 0 is none.
pub(super) type NodeId = u64;

/// The least number of a frame's commands.
pub(super) fn first_of(frame: u64) -> NodeId {
    (frame.min(u64::from(u32::MAX) - 1) << 32) | 1
}

/// A kept command.
#[derive(Clone, Debug)]
pub(super) struct Node<K> {
    pub(super) id: NodeId,
    /// The command; a payload of the arena is called offset 0.
    pub(super) command: Box<[u8]>,
    pub(super) payload: Option<K>,
    /// What it reads or builds on.
    pub(super) needs: Vec<NodeId>,
}

/// Which property of an object a command sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Setting {
    Label,
    Interpolation,
    Wrapping,
    Shaders,
    Uniform { slot: u32, first: u32, count: u32 },
    Attribute(u32),
    Texture(u32),
    Block(u32),
    Feedback(u32),
    Attach(u8),
    DrawBuffers,
    Running,
}

/// An input or signal.
#[derive(Clone, Copy, Debug)]
struct Declared {
    id: u32,
    /// Its first declaration, behind which stands what is computed of it, and its last one, which may have other numbers.
    first: NodeId,
    last: NodeId,
}

/// What drives a target.
#[derive(Clone, Copy, Debug)]
struct Bound {
    signal: u32,
    node: NodeId,
}

/// A property as it was set.
#[derive(Clone, Copy, Debug)]
pub(super) struct Set {
    pub(super) setting: Setting,
    pub(super) node: NodeId,
    /// The object that it refers to; 0 for none.
    pub(super) object: u32,
}

/// A living object.
#[derive(Clone, Debug)]
pub(super) struct Object {
    pub(super) id: u32,
    pub(super) descriptor: Descriptor,
    pub(super) create: NodeId,
    pub(super) storage: NodeId,
    /// Bytes of a buffer, or width, height and depth.
    pub(super) size: [u64; 3],
    pub(super) contents: Contents,
    /// In the order of [`Setting`].
    pub(super) settings: Vec<Set>,
    /// Objects with a setting that refers to this one, perhaps no longer.
    pub(super) users: Vec<u32>,
    /// The colour attachments of a framebuffer that are drawn to, as bits.
    pub(super) drawn: u32,
    /// Bytes of an element of each uniform that a program's shaders declare, and the node of those shaders.
    pub(super) uniforms: (NodeId, Vec<u8>),
}

impl Object {
    /// The planes that it has. What is no image has the first.
    pub(super) fn planes(&self) -> u8 {
        let (Descriptor::Texture { format, .. } | Descriptor::Renderbuffer { renderbuffer: format, .. }) =
            &self.descriptor
        else {
            return COLOR;
        };
        match format.info().class {
            FormatClass::Depth => DEPTH,
            FormatClass::Stencil => STENCIL,
            FormatClass::DepthStencil => DEPTH | STENCIL,
            _ => COLOR,
        }
    }

    pub(super) fn setting(&self, setting: Setting) -> Option<&Set> {
        self.settings
            .binary_search_by(|set| set.setting.cmp(&setting))
            .ok()
            .and_then(|at| self.settings.get(at))
    }
}

/// A canvas.
#[derive(Clone, Debug)]
pub(super) struct Canvas {
    pub(super) id: u32,
    pub(super) size: (u32, u32),
    /// The CURRENT that gave it its size; 0 for the header's.
    pub(super) sized: NodeId,
    pub(super) contents: Contents,
}

/// A deleted object, or a forgotten signal.
#[derive(Clone, Copy, Debug)]
struct Deletion {
    id: u32,
    is_signal: bool,
    create: NodeId,
    at: NodeId,
}

/// All that is kept.
#[derive(Clone)]
pub(super) struct Graph<K> {
    nodes: Vec<Node<K>>,
    next: NodeId,
    pub(super) objects: Vec<Object>,
    /// By the number of the field.
    pub(super) state: Vec<(u8, NodeId)>,
    pub(super) framebuffer: (u32, NodeId),
    pub(super) canvas: (u32, NodeId),
    pub(super) canvases: Vec<Canvas>,
    /// What the state lets commands reach.
    pub(super) reach: Reach,
    /// Inputs and signals, by their ids.
    signals: Vec<Declared>,
    /// In the order of their keys.
    bindings: Vec<(TargetKey, Bound)>,
    /// Some program captures or has blocks, so draws may write buffers.
    pub(super) writes_buffers: bool,
    deletions: Vec<Deletion>,
    /// Deletions before this number are not known any more.
    pub(super) forgotten_deletions: NodeId,
    pub(super) lossy: bool,
    /// So many draws on top of each other are kept.
    pub(super) most_drawings: usize,
    /// Nodes after the last collection.
    settled: usize,
    /// Bytes of payloads that came since.
    pub(super) fresh: u64,
}

/// So many bytes of payloads may come before those are looked for on which nothing rests any more; for each node that has to be looked at
/// some more. Else a stream that fills one buffer over and over would be kept by the thousand.
const FRESH: (u64, u64) = (2 << 20, 256);

/// So many deletions are remembered for who was connected before them.
const DELETIONS: usize = 1 << 16;

/// So many draws on top of each other are kept, unless more are asked for.
const DRAWINGS: usize = 1 << 17;

impl<K> Graph<K> {
    pub(super) fn new(size: (u32, u32)) -> Self {
        Graph {
            nodes: Vec::new(),
            next: 1,
            objects: Vec::new(),
            state: Vec::new(),
            framebuffer: (0, 0),
            canvas: (0, 0),
            canvases: vec![Canvas { id: 0, size, sized: 0, contents: Contents::default() }],
            reach: Reach::new(),
            signals: Vec::new(),
            bindings: Vec::new(),
            writes_buffers: false,
            deletions: Vec::new(),
            forgotten_deletions: 0,
            lossy: false,
            most_drawings: DRAWINGS,
            settled: 0,
            fresh: 0,
        }
    }

    /// Goes on with a frame.
    pub(super) fn begin(&mut self, frame: u64) {
        self.next = self.next.max(first_of(frame));
    }

    /// True if what is drawn leaves nothing behind: the target is the hidden canvas, and no buffer is written.
    pub(super) fn is_hidden(&self, canvas: Option<u32>) -> bool {
        self.framebuffer.0 == 0 && canvas == Some(self.canvas.0) && !self.writes_buffers
    }

    /// Keeps a command.
    pub(super) fn add(&mut self, command: Vec<u8>, payload: Option<K>, needs: Vec<NodeId>) -> NodeId {
        let id = self.next;
        self.next += 1;
        self.nodes.push(Node { id, command: command.into_boxed_slice(), payload, needs });
        id
    }

    /// Notes a declaration of an input or signal.
    pub(super) fn declare(&mut self, id: u32, node: NodeId) {
        match self.signals.binary_search_by_key(&id, |known| known.id) {
            Ok(at) => {
                if let Some(known) = self.signals.get_mut(at) {
                    known.last = node;
                }
            }
            Err(at) => self.signals.insert(at, Declared { id, first: node, last: node }),
        }
    }

    /// Notes what a signal drives.
    pub(super) fn bind(&mut self, target: &BindTarget, signal: u32, node: NodeId) {
        self.drive(key_of(target), Bound { signal, node });
    }

    fn drive(&mut self, key: TargetKey, bound: Bound) {
        match self.bindings.binary_search_by_key(&key, |(key, _)| *key) {
            Ok(at) => self.bindings[at].1 = bound,
            Err(at) => self.bindings.insert(at, (key, bound)),
        }
    }

    /// A signal is no more.
    pub(super) fn forget(&mut self, signal: u32) {
        let Ok(at) = self.signals.binary_search_by_key(&signal, |known| known.id) else { return };
        let create = self.signals.remove(at).first;
        self.bindings.retain(|(_, known)| known.signal != signal);
        self.note_deletion(signal, true, create);
    }

    fn note_deletion(&mut self, id: u32, is_signal: bool, create: NodeId) {
        self.deletions.push(Deletion { id, is_signal, create, at: self.next });
        self.next += 1;
    }

    /// A program is no more: nothing is bound to it.
    pub(super) fn unwire(&mut self, program: u32) {
        let bound = self.bound(program);
        self.bindings.drain(bound);
    }

    /// A program has other shaders: what is bound to slots whose entries stay is bound behind them.
    pub(super) fn rewire(&mut self, program: u32, stays: &[bool]) {
        self.bindings.retain(|((kind, owner, slot), _)| {
            (*kind, *owner) != (UNIFORM, program) || stays.get(*slot as usize) == Some(&true)
        });
        for at in self.bound(program) {
            let Some(id) = self.bindings.get(at).map(|(_, bound)| bound.node) else { continue };
            let Some(command) = self.node(id).map(|node| node.command.to_vec()) else { continue };
            self.bindings[at].1.node = self.add(command, None, Vec::new());
        }
    }

    /// The places of what is bound to uniforms of a program.
    fn bound(&self, program: u32) -> Range<usize> {
        let before = |(key, _): &(TargetKey, Bound)| *key < (UNIFORM, program, 0);
        let within = |(key, _): &(TargetKey, Bound)| *key <= (UNIFORM, program, u32::MAX);
        self.bindings.partition_point(before)..self.bindings.partition_point(within)
    }

    pub(super) fn node(&self, id: NodeId) -> Option<&Node<K>> {
        self.nodes.binary_search_by_key(&id, |node| node.id).ok().and_then(|at| self.nodes.get(at))
    }

    pub(super) fn object(&self, id: u32) -> Option<&Object> {
        self.place(id).ok().and_then(|at| self.objects.get(at))
    }

    pub(super) fn object_mut(&mut self, id: u32) -> Option<&mut Object> {
        self.place(id).ok().and_then(|at| self.objects.get_mut(at))
    }

    fn place(&self, id: u32) -> Result<usize, usize> {
        self.objects.binary_search_by_key(&id, |object| object.id)
    }

    pub(super) fn insert(&mut self, object: Object) {
        if let Err(at) = self.place(object.id) {
            self.objects.insert(at, object);
        }
    }

    /// Takes an object out and remembers that it is gone.
    pub(super) fn remove(&mut self, id: u32) -> Option<Object> {
        let at = self.place(id).ok()?;
        let object = self.objects.remove(at);
        self.note_deletion(id, false, object.create);
        Some(object)
    }

    /// Sets a property.
    pub(super) fn set(&mut self, id: u32, setting: Setting, node: NodeId, refers: u32) {
        self.writes_buffers |= matches!(setting, Setting::Feedback(_) | Setting::Block(_));
        if refers != 0
            && let Some(referred) = self.object_mut(refers)
            && !referred.users.contains(&id)
        {
            referred.users.push(id);
        }
        let Some(object) = self.object_mut(id) else { return };
        let set = Set { setting, node, object: refers };
        match object.settings.binary_search_by(|known| known.setting.cmp(&setting)) {
            Ok(at) => {
                if let Some(known) = object.settings.get_mut(at) {
                    *known = set;
                }
            }
            Err(at) => object.settings.insert(at, set),
        }
    }

    /// The canvas with an id, made if it is new.
    pub(super) fn canvas_mut(&mut self, id: u32) -> Option<&mut Canvas> {
        if !self.canvases.iter().any(|canvas| canvas.id == id) {
            self.canvases.push(Canvas { id, size: (0, 0), sized: 0, contents: Contents::default() });
        }
        self.canvases.iter_mut().find(|canvas| canvas.id == id)
    }

    /// Gives out every kept command with a number from `since` on, in order, and the DELETEs and FORGETs between them: of objects
    /// that were there before, and of those on which something still rests although they are gone.
    pub(super) fn emit(&self, since: NodeId, give: &mut dyn FnMut(&[u8], Option<&K>)) {
        let known =
            |gone: &&Deletion| gone.at >= since && (gone.create < since || self.node(gone.create).is_some());
        let mut deletions = self.deletions.iter().filter(known).peekable();
        let mut delete = |before: NodeId, give: &mut dyn FnMut(&[u8], Option<&K>)| {
            while let Some(gone) = deletions.next_if(|gone| gone.at < before) {
                let gone = match gone.is_signal {
                    false => encoded!(Delete { id: ObjectId(gone.id) }),
                    true => encoded!(Forget { signal: SignalId(gone.id) }),
                };
                give(&gone, None);
            }
        };
        for node in self.nodes.iter().filter(|node| node.id >= since) {
            delete(node.id, give);
            give(&node.command, node.payload.as_ref());
        }
        delete(NodeId::MAX, give);
    }

    /// Marks nodes and all that they rest on.
    fn mark(&self, mut open: Vec<NodeId>, marked: &mut [bool]) {
        while let Some(id) = open.pop() {
            let Ok(at) = self.nodes.binary_search_by_key(&id, |node| node.id) else { continue };
            if let (Some(mark), Some(node)) = (marked.get_mut(at), self.nodes.get(at))
                && !std::mem::replace(mark, true)
            {
                open.extend(&node.needs);
            }
        }
    }

    /// Lets go of the older half of all that was drawn, if too much was drawn on top of each other.
    fn forget_drawings(&mut self) {
        let drawn = |node: &Node<K>| {
            let opcode = node.command.get(1).copied().unwrap_or(0);
            [Draw::OPCODE, Clear::OPCODE, Blit::OPCODE, Dispatch::OPCODE].contains(&opcode)
        };
        let count = self.nodes.iter().filter(|node| drawn(node)).count();
        if count <= self.most_drawings {
            return;
        }
        let middle = self.nodes.iter().filter(|node| drawn(node)).nth(count / 2);
        let before = middle.map_or(0, |node| node.id);
        self.nodes.retain(|node| node.id >= before || !drawn(node));
        let images = self.objects.iter_mut().map(|object| &mut object.contents);
        images
            .chain(self.canvases.iter_mut().map(|canvas| &mut canvas.contents))
            .for_each(|contents| contents.forget(before));
        self.lossy = true;
        self.settled = self.nodes.len();
    }

    fn keep_marked(&mut self, marked: Vec<bool>) {
        let mut marks = marked.into_iter();
        self.nodes.retain(|_| marks.next().unwrap_or(false));
        self.settled = self.nodes.len();
    }

    /// Lets go of everything that no pixel of a canvas rests on. What is bound to uniforms of the programs that are left
    /// stays, with all signals.
    pub(super) fn keep_picture(&mut self) {
        let mut marked = vec![false; self.nodes.len()];
        let mut open = vec![self.canvas.1];
        for canvas in &self.canvases {
            open.push(canvas.sized);
            open.extend(canvas.contents.present(COLOR));
        }
        self.mark(open, &mut marked);
        let is_marked = |id: NodeId| {
            let at = self.nodes.binary_search_by_key(&id, |node| node.id);
            at.ok().and_then(|at| marked.get(at)) == Some(&true)
        };
        let drives = |(kind, program, _): TargetKey| {
            kind == UNIFORM && self.object(program).is_some_and(|object| is_marked(object.create))
        };
        let driven = self.bindings.iter().filter(|(key, _)| drives(*key));
        let mut more: Vec<NodeId> = driven.map(|(_, bound)| bound.node).collect();
        if !more.is_empty() {
            more.extend(self.signals.iter().flat_map(|known| [known.first, known.last]));
            self.mark(more, &mut marked);
        }
        self.keep_marked(marked);
    }

    /// Lets go of what nothing rests on any more, if there may be much of it or `now`.
    pub(super) fn collect(&mut self, now: bool) {
        let count = self.nodes.len();
        let heavy = self.fresh > FRESH.0 + FRESH.1 * count as u64;
        if !now && !heavy && count < 2 * self.settled + 4096 {
            return;
        }
        self.fresh = 0;
        let mut marked = vec![false; self.nodes.len()];
        let mut open: Vec<NodeId> = vec![self.framebuffer.1, self.canvas.1];
        open.extend(self.state.iter().map(|(_, node)| *node));
        open.extend(self.signals.iter().flat_map(|known| [known.first, known.last]));
        open.extend(self.bindings.iter().map(|(_, known)| known.node));
        for canvas in &self.canvases {
            open.push(canvas.sized);
            open.extend(canvas.contents.nodes());
        }
        for object in &self.objects {
            open.extend([object.create, object.storage]);
            open.extend(object.settings.iter().map(|set| set.node));
            open.extend(object.contents.nodes());
        }
        self.mark(open, &mut marked);
        self.keep_marked(marked);
        self.forget_drawings();
        if self.deletions.len() > DELETIONS {
            let drop = self.deletions.len() / 2;
            self.forgotten_deletions = self.deletions.get(drop).map_or(0, |gone| gone.at);
            // Those of objects that something still rests on are needed as long as it does.
            let needed: Vec<_> = self.deletions.drain(..drop).collect();
            let needed: Vec<_> = needed.into_iter().filter(|gone| self.node(gone.create).is_some()).collect();
            self.deletions.splice(0..0, needed);
        }
    }
}
