//! The module's allocator: blocks of powers of two, each size with a list of those that are free.
//!
//! Payloads stay in JavaScript, so little is allocated here, and the standard allocator would be a twentieth of the module.
//! Blocks are never joined: memory stays at what each size needed at most, at twice that where lengths fit badly.

use std::alloc::{GlobalAlloc, Layout};
use std::arch::wasm32::{memory_grow, memory_size};
use std::cell::UnsafeCell;

/// Blocks of so many sizes, from 2 to the power of [`LEAST`] on.
const SIZES: usize = 28;
/// 16 bytes, to which all blocks are aligned.
const LEAST: u32 = 4;
/// A page of WebAssembly, in powers of two.
const PAGE: u32 = 16;

struct Blocks(UnsafeCell<State>);

struct State {
    /// The first free block of each size, 0 for none; a free block begins with the next one's address.
    free: [usize; SIZES],
    /// Bytes that no block has had yet.
    next: usize,
    end: usize,
}

// SAFETY: the module has one thread: it is compiled without atomics, so no other could share its memory.
unsafe impl Sync for Blocks {}

#[global_allocator]
static BLOCKS: Blocks = Blocks(UnsafeCell::new(State { free: [0; SIZES], next: 0, end: 0 }));

/// The number of the least size that holds a layout.
fn class(layout: &Layout) -> u32 {
    let size = layout.size().max(layout.align()).max(1 << LEAST);
    usize::BITS - (size - 1).leading_zeros() - LEAST
}

impl State {
    /// A block that was never used, none if there is no memory left.
    #[cold]
    fn fresh(&mut self, class: u32) -> usize {
        let size = 1usize << (class + LEAST);
        // Blocks begin at multiples of their sizes, up to a page's.
        let start = self.next.next_multiple_of(size.min(1 << PAGE));
        if start + size <= self.end {
            self.next = start + size;
            return start;
        }
        let pages = size.div_ceil(1 << PAGE);
        let found = memory_grow::<0>(pages);
        if found == usize::MAX {
            return 0;
        }
        let start = found << PAGE;
        // What is left of a larger piece is worth more.
        if size < 1 << PAGE {
            self.next = start + size;
            self.end = memory_size::<0>() << PAGE;
        }
        start
    }
}

// SAFETY: blocks are as large as their class says, begin at multiples of at least the layout's alignment (see below), and
// are given out once until they come back.
unsafe impl GlobalAlloc for Blocks {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let class = class(&layout);
        // Nothing here aligns to more than a page; sizes beyond the last class are more than the memory can be.
        if class as usize >= SIZES || layout.align() > 1 << PAGE {
            return std::ptr::null_mut();
        }
        // SAFETY: one thread, and nothing below calls the allocator.
        let state = unsafe { &mut *self.0.get() };
        let Some(free) = state.free.get_mut(class as usize) else { return std::ptr::null_mut() };
        let block = *free;
        if block == 0 {
            return state.fresh(class) as *mut u8;
        }
        // SAFETY: a free block of this list holds the next one's address in its first word.
        *free = unsafe { *(block as *const usize) };
        block as *mut u8
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: one thread, and nothing below calls the allocator.
        let state = unsafe { &mut *self.0.get() };
        if let Some(free) = state.free.get_mut(class(&layout) as usize) {
            // SAFETY: the block is of this class, so it has room for a word and is aligned to it; nobody uses it any more.
            unsafe { *block.cast::<usize>() = *free };
            *free = block as usize;
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let Ok(wanted) = Layout::from_size_align(size, layout.align()) else { return std::ptr::null_mut() };
        if class(&wanted) == class(&layout) {
            return block;
        }
        // SAFETY: as the caller promises for this call; the new block is another one.
        unsafe {
            let new = self.alloc(wanted);
            if !new.is_null() {
                block.copy_to_nonoverlapping(new, size.min(layout.size()));
                self.dealloc(block, layout);
            }
            new
        }
    }
}
