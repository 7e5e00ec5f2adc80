//! Tables of objects: ids that producers choose, mapped to dense places that may be reused safely.

use crate::backend::{Handle, Kind};

/// A reference to an object. It stays safe after the object's deletion: it then refers to nothing, even if the place
/// has been taken by another object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ref {
    /// The place in the table of the object's kind.
    pub handle: Handle,
    generation: u32,
}

/// The objects of one kind.
#[derive(Debug)]
pub struct Slab<T> {
    places: Vec<Place<T>>,
    free: Vec<u32>,
}

#[derive(Debug)]
struct Place<T> {
    generation: u32,
    value: Option<T>,
}

impl<T> Default for Slab<T> {
    fn default() -> Self {
        Slab { places: Vec::new(), free: Vec::new() }
    }
}

impl<T> Slab<T> {
    /// Puts an object into the lowest free place that is known.
    pub fn insert(&mut self, value: T) -> Ref {
        if let Some(index) = self.free.pop()
            && let Some(place) = self.places.get_mut(index as usize)
        {
            place.value = Some(value);
            return Ref { handle: Handle(index), generation: place.generation };
        }
        let index = self.places.len() as u32;
        self.places.push(Place { generation: 0, value: Some(value) });
        Ref { handle: Handle(index), generation: 0 }
    }

    /// Takes an object out; references to it refer to nothing from then on.
    pub fn remove(&mut self, at: Ref) -> Option<T> {
        let place =
            self.places.get_mut(at.handle.index()).filter(|place| place.generation == at.generation)?;
        let value = place.value.take()?;
        place.generation = place.generation.wrapping_add(1);
        self.free.push(at.handle.0);
        Some(value)
    }

    /// The object, if it is still there.
    #[inline]
    pub fn get(&self, at: Ref) -> Option<&T> {
        match self.places.get(at.handle.index()) {
            Some(place) if place.generation == at.generation => place.value.as_ref(),
            _ => None,
        }
    }

    /// The object, if it is still there.
    #[inline]
    pub fn get_mut(&mut self, at: Ref) -> Option<&mut T> {
        match self.places.get_mut(at.handle.index()) {
            Some(place) if place.generation == at.generation => place.value.as_mut(),
            _ => None,
        }
    }

    /// The object at a place, with its reference.
    pub fn at(&self, handle: Handle) -> Option<(Ref, &T)> {
        let place = self.places.get(handle.index())?;
        place.value.as_ref().map(|value| (Ref { handle, generation: place.generation }, value))
    }

    /// All objects with their references.
    pub fn iter(&self) -> impl Iterator<Item = (Ref, &T)> {
        self.places.iter().enumerate().filter_map(|(index, place)| {
            let at = Ref { handle: Handle(index as u32), generation: place.generation };
            place.value.as_ref().map(|value| (at, value))
        })
    }
}

/// Ids below this are found by index; the others are looked for. It bounds what one hostile id can cost.
const DENSE: usize = 1 << 16;

/// Which object an id names.
#[derive(Debug, Default)]
pub struct Ids {
    dense: Vec<Option<(Kind, Ref)>>,
    sparse: Sparse,
    count: usize,
}

impl Ids {
    /// The object with this id.
    #[inline]
    pub fn get(&self, id: u32) -> Option<(Kind, Ref)> {
        match self.dense.get(id as usize) {
            Some(entry) => *entry,
            None if (id as usize) < DENSE => None,
            None => self.sparse.get(id),
        }
    }

    /// Names an object. The id must be free.
    pub fn insert(&mut self, id: u32, kind: Kind, at: Ref) {
        let index = id as usize;
        if index < DENSE {
            if index >= self.dense.len() {
                self.dense.resize((index + 1).next_power_of_two(), None);
            }
            self.dense[index] = Some((kind, at));
        } else {
            self.sparse.insert(id, (kind, at));
        }
        self.count += 1;
    }

    /// Frees an id.
    pub fn remove(&mut self, id: u32) {
        let gone = if (id as usize) < DENSE {
            self.dense.get_mut(id as usize).and_then(Option::take)
        } else {
            self.sparse.remove(id)
        };
        self.count -= usize::from(gone.is_some());
    }

    /// The number of objects alive.
    pub fn len(&self) -> usize {
        self.count
    }

    /// True if no object is alive.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// All ids with their objects, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = (u32, Kind, Ref)> {
        let dense =
            self.dense.iter().enumerate().filter_map(|(id, entry)| entry.map(|(k, r)| (id as u32, k, r)));
        dense.chain(self.sparse.0.iter().flatten().map(|&(id, (kind, at))| (id, kind, at)))
    }
}

/// What great ids name, in ascending order, in blocks of some hundred: whoever chooses the ids, none costs more than
/// another.
#[derive(Debug, Default)]
struct Sparse(Vec<Vec<Entry>>);

type Entry = (u32, (Kind, Ref));

/// Entries of a block at most.
const BLOCK: usize = 512;

impl Sparse {
    /// The block where an id stands or would stand, and its place there.
    fn find(&self, id: u32) -> (usize, Result<usize, usize>) {
        let behind = self.0.partition_point(|block| block.first().is_some_and(|first| first.0 <= id));
        let block = behind.saturating_sub(1);
        let found =
            self.0.get(block).map_or(Err(0), |block| block.binary_search_by_key(&id, |entry| entry.0));
        (block, found)
    }

    fn get(&self, id: u32) -> Option<(Kind, Ref)> {
        let (block, found) = self.find(id);
        self.0.get(block)?.get(found.ok()?).map(|entry| entry.1)
    }

    fn insert(&mut self, id: u32, named: (Kind, Ref)) {
        let (at, found) = self.find(id);
        if self.0.is_empty() {
            self.0.push(Vec::new());
        }
        let Some(block) = self.0.get_mut(at) else { return };
        match found {
            Ok(place) => block[place].1 = named,
            Err(place) => block.insert(place, (id, named)),
        }
        if block.len() > BLOCK {
            let upper = block.split_off(BLOCK / 2);
            self.0.insert(at + 1, upper);
        }
    }

    fn remove(&mut self, id: u32) -> Option<(Kind, Ref)> {
        let (at, found) = self.find(id);
        let block = self.0.get_mut(at)?;
        let (_, named) = block.remove(found.ok()?);
        if block.is_empty() {
            self.0.remove(at);
        }
        Some(named)
    }
}

#[cfg(test)]
mod tests {
    use super::{Handle, Ids, Kind, Ref};

    #[test]
    fn great_ids_are_found_in_any_order() {
        let mut ids = Ids::default();
        let id = |index: u32| (1 << 20) + index.wrapping_mul(2_654_435_761) % 1_000_003;
        let at = |index| Ref { handle: Handle(index), generation: 0 };
        (0..5000).for_each(|index| ids.insert(id(index), Kind::Buffer, at(index)));
        assert_eq!((ids.len(), ids.iter().count()), (5000, 5000));
        assert!((0..5000).all(|index| ids.get(id(index)) == Some((Kind::Buffer, at(index)))));
        (0..4999).for_each(|index| ids.remove(id(index)));
        assert_eq!((ids.len(), ids.get(id(0)), ids.get(id(4999))), (1, None, Some((Kind::Buffer, at(4999)))));
    }
}
