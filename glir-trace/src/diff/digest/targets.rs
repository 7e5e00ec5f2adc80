//! What is drawn to, and what it shows.

use super::super::content::Region;
use super::super::effects::{DEPTH, Planes, STENCIL};
use super::super::hash::{Digest, mix};
use super::super::object::{Ref, number, planes_at};
use super::Digester;
use glir_spec::commands::{Attach, Block, Feedback};
use glir_spec::enums::Plane;

/// The planes of a canvas.
const CANVAS: [Planes; 3] = [DEPTH - 1, DEPTH, STENCIL];

impl Digester<'_> {
    /// Which target of the stream a framebuffer is.
    pub(super) fn key(&self, framebuffer: u32) -> u64 {
        match self.objects.get(&framebuffer) {
            Some(object) => object.serial,
            None => (1 << 63) | self.canvases.get(self.canvas).map_or(0, |canvas| u64::from(canvas.id)),
        }
    }

    /// What a target is like, whatever it shows.
    pub(super) fn surface(&self, framebuffer: u32) -> u64 {
        match self.objects.get(&framebuffer) {
            None => {
                let canvas = self.canvases.get(self.canvas);
                let (width, height) = canvas.map_or((0, 0), |canvas| canvas.size);
                let is_first = canvas.is_none_or(|canvas| canvas.id == 0);
                mix(mix(self.samples, is_first.into()), mix(width.into(), height.into()))
            }
            Some(object) => {
                let images = object.refers.iter().map(|(key, set)| {
                    let image = self.referred(set.refers).map_or(0, |image| mix(image.base, image.size));
                    mix(mix(set.digest, number(*key)), image)
                });
                images.fold(object.plain, u64::wrapping_add)
            }
        }
    }

    /// The planes of a target that are meant by one of the three.
    pub(super) fn planes(&self, framebuffer: u32, plane: Plane) -> Planes {
        match plane {
            Plane::Color => self.objects.get(&framebuffer).map_or(1, |object| object.drawn_colors),
            Plane::Depth => DEPTH,
            Plane::Stencil => STENCIL,
        }
    }

    /// What some planes of a target show.
    pub(super) fn shown(&self, framebuffer: u32, planes: Planes) -> Digest {
        let Some(object) = self.objects.get(&framebuffer) else {
            let Some(canvas) = self.canvases.get(self.canvas) else { return Digest::default() };
            let all = canvas.planes.iter().zip(CANVAS);
            let asked = all.filter(|(_, plane)| planes & plane != 0);
            return asked.fold(Digest::default(), |sum, (plane, _)| sum.and(plane.digest()));
        };
        let mut sum = Digest::default();
        for (key, set) in object.refers.iter().filter(|(key, _)| key.0 == Attach::OPCODE) {
            let asked = planes_at(key.1) & planes;
            let Some(image) = self.referred(set.refers).filter(|_| asked != 0) else { continue };
            let region = image.image(set.range.0, set.range.1);
            if asked & !STENCIL != 0 {
                sum = sum.plus(image.content.part(&region).with(key.1));
            }
            if asked & STENCIL != 0 {
                sum = sum.plus(image.stencil.part(&region).with(!key.1));
            }
        }
        sum
    }

    /// Something fills a part of some planes of a target, or all of them.
    pub(super) fn paint(&mut self, framebuffer: u32, what: u64, planes: Planes, whole: Planes) {
        let Some(object) = self.objects.get(&framebuffer) else {
            let Some(canvas) = self.canvases.get_mut(self.canvas) else { return };
            for (plane, bit) in canvas.planes.iter_mut().zip(CANVAS) {
                if planes & bit != 0 {
                    plane.draw(Region::ALL, what, whole & bit != 0);
                }
            }
            return;
        };
        let attached = object.refers.iter().filter(|(key, _)| key.0 == Attach::OPCODE);
        let images: Vec<(Planes, Ref, (u64, u64))> =
            attached.map(|(key, set)| (planes_at(key.1) & planes, set.refers, set.range)).collect();
        for (drawn, to, (level, layer)) in images {
            let image = self.objects.get_mut(&to.id).filter(|image| image.serial == to.serial);
            let Some(image) = image.filter(|_| drawn != 0) else { continue };
            let region = image.image(level, layer);
            let colors = drawn & !STENCIL;
            if colors != 0 {
                image.content.draw(region, what, whole & colors == colors);
            }
            if drawn & STENCIL != 0 {
                image.stencil.draw(region, what, whole & STENCIL != 0);
            }
        }
    }

    /// A draw fills the buffers that a program writes.
    pub(super) fn capture(&mut self, program: u32, what: u64) {
        let Some(object) = self.objects.get(&program) else { return };
        let writes = |key: u8| [Feedback::OPCODE, Block::OPCODE].contains(&key);
        if !object.refers.iter().any(|(key, _)| writes(key.0)) {
            return;
        }
        let written = object.refers.iter().filter(|(key, _)| writes(key.0));
        let written: Vec<(u8, Ref, (u64, u64))> =
            written.map(|(key, set)| (key.0, set.refers, set.range)).collect();
        for (opcode, to, (offset, size)) in written {
            if let Some(buffer) = self.objects.get_mut(&to.id)
                && buffer.serial == to.serial
                && (opcode == Feedback::OPCODE || buffer.is_storage)
            {
                let (start, end) = buffer.range(offset, size);
                buffer.content.draw_bytes(start, end, what);
            }
        }
    }
}
