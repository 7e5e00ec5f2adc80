//! Numbers that stand for things: of equal things equal, of others different, but by chance.

/// Two numbers as one: never the same for different pairs, but by chance.
pub(super) fn mix(a: u64, b: u64) -> u64 {
    let product =
        u128::from(a ^ 0x9e37_79b9_7f4a_7c15) * u128::from(b.rotate_left(32) ^ 0xd1b5_4a32_d192_ed03);
    let folded = (product as u64) ^ ((product >> 64) as u64);
    folded.wrapping_add(a.rotate_left(17)).wrapping_mul(0xff51_afd7_ed55_8ccd) ^ b
}

/// Bytes as a number.
pub(super) fn hash(bytes: &[u8]) -> u64 {
    let mut sum = bytes.len() as u64;
    let (words, rest) = bytes.as_chunks::<8>();
    for word in words {
        sum = mix(sum, u64::from_le_bytes(*word));
    }
    let mut last = [0; 8];
    for (to, from) in last.iter_mut().zip(rest) {
        *to = *from;
    }
    mix(sum, u64::from_le_bytes(last))
}

/// A payload's bytes: long ones by the hash that names them as a blob.
pub(super) fn content(bytes: &[u8]) -> u64 {
    if bytes.len() <= SHORT { hash(bytes) } else { first(blake3::hash(bytes).as_bytes()) }
}

/// Longer payloads are known by the hash that names them as a blob.
pub(super) const SHORT: usize = 64;

/// The beginning of a blob's name.
pub(super) fn first(hash: &[u8; 32]) -> u64 {
    hash.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

/// Something as two numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Digest {
    /// What it comes to, but for what was drawn into what it reads.
    pub(super) local: u64,
    /// What it comes to.
    pub(super) full: u64,
}

impl Digest {
    /// What no drawing has part in.
    pub(super) fn plain(number: u64) -> Self {
        Digest { local: number, full: number }
    }

    /// With something that no drawing has part in.
    pub(super) fn with(self, number: u64) -> Self {
        self.and(Digest::plain(number))
    }

    /// With something behind it.
    pub(super) fn and(self, other: Digest) -> Self {
        Digest { local: mix(self.local, other.local), full: mix(self.full, other.full) }
    }

    /// With something, in any order.
    pub(super) fn plus(self, other: Digest) -> Self {
        Digest { local: self.local.wrapping_add(other.local), full: self.full.wrapping_add(other.full) }
    }

    /// Without what was added.
    pub(super) fn minus(self, other: Digest) -> Self {
        Digest { local: self.local.wrapping_sub(other.local), full: self.full.wrapping_sub(other.full) }
    }
}
