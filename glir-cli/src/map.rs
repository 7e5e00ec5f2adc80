//! Files mapped into memory: the only unsafe code of this crate.

#![allow(unsafe_code)]

use memmap2::Mmap;
use std::fs::File;
use std::io;
use std::ops::Deref;

/// A file's bytes, read from the disk as they are looked at.
#[derive(Debug)]
pub(crate) struct Map(Mmap);

impl Map {
    /// Maps a regular file. It must not be empty.
    pub(crate) fn new(file: &File) -> io::Result<Map> {
        // SAFETY: the mapping is private and only read. If another process rewrites the file meanwhile, the bytes change
        // under us; everything that reads them checks each offset and length against the slice and keeps no assumption
        // from one look to the next. If the file is made shorter, the system ends this process.
        unsafe { Mmap::map(file) }.map(Map)
    }
}

impl Deref for Map {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        &self.0
    }
}
