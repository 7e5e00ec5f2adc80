//! The limits that bound what a hostile file can make a reader do, all in one place.

/// The most channels in one recording. Bounds the bookkeeping per column that a header of bare commas could ask for.
pub const MAX_CHANNELS: usize = 65_536;

/// The longest NPY header, in bytes. NumPy itself refuses longer than 10,000 characters from untrusted files.
pub const MAX_NPY_HEADER: usize = 65_536;

/// The most entries looked at in an NPZ archive.
pub const MAX_NPZ_ENTRIES: usize = 4_096;

/// The most bytes that one compressed byte of an NPZ archive may become: deflate cannot do more than 1,032.
pub const MAX_INFLATION: usize = 1_032;

/// How much of a text file is looked at to find its delimiter, in bytes.
pub const SNIFF_BYTES: usize = 65_536;

/// The most notes kept on one recording.
pub const MAX_NOTES: usize = 16;

/// The most corners of a concave polygon whose ears are cut; larger ones become fans. Bounds time: cutting ears may take
/// the cube of their number.
pub const MAX_EAR_CORNERS: usize = 100;

/// The most lines in a PLY header.
pub const MAX_PLY_HEADER: usize = 4_096;

/// The most pixels of a picture.
pub const MAX_PIXELS: u64 = 1 << 28;

/// The most pixels that one byte of a JPEG picture may become. An empty block of 64 pixels takes two bits, and colour at a
/// quarter of the resolution adds little.
pub const MAX_JPEG_PIXELS: u64 = 1_024;

/// The most characters kept of a molecule's title.
pub const MAX_TITLE: usize = 1_024;
