//! CRC-32 (ISO-HDLC), a piece at a time.
//!
//! With the feature `fast-checksums` it is crc32fast's, which uses the processor's own instructions. Without it, it is a
//! small one, whose tables are made when they are first needed: for a page, which waits for every byte of a program.

/// A checksum in the making.
#[derive(Clone, Debug, Default)]
pub struct Checksum(imp::State);

impl Checksum {
    /// Of no bytes yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The checksum of all bytes taken.
    pub fn finish(self) -> u32 {
        self.0.finish()
    }
}

#[cfg(feature = "fast-checksums")]
mod imp {
    #[derive(Clone, Debug, Default)]
    pub(super) struct State(crc32fast::Hasher);

    impl State {
        pub(super) fn update(&mut self, bytes: &[u8]) {
            self.0.update(bytes);
        }

        pub(super) fn finish(self) -> u32 {
            self.0.finalize()
        }
    }
}

#[cfg(any(test, not(feature = "fast-checksums")))]
#[cfg_attr(feature = "fast-checksums", allow(dead_code))]
mod small {
    use std::sync::OnceLock;

    /// The polynomial, its bits reversed.
    const POLYNOMIAL: u32 = 0xedb8_8320;
    /// Bytes that are taken at once.
    const STEP: usize = 8;

    type Tables = [[u32; 256]; STEP];

    /// Table `i` holds what a byte comes to that stands `i` bytes before the end.
    fn tables() -> &'static Tables {
        static TABLES: OnceLock<Box<Tables>> = OnceLock::new();
        TABLES.get_or_init(|| {
            let mut tables = Box::new([[0; 256]; STEP]);
            for byte in 0..256u32 {
                let mut sum = byte;
                for table in tables.iter_mut() {
                    for _ in 0..8 {
                        sum = (sum >> 1) ^ (POLYNOMIAL * (sum & 1));
                    }
                    table[byte as usize] = sum;
                }
            }
            tables
        })
    }

    #[derive(Clone, Debug, Default)]
    pub(super) struct State(u32);

    impl State {
        pub(super) fn update(&mut self, bytes: &[u8]) {
            // Written out, since every byte of a page's data comes by here and its compiler goes for room.
            let [t0, t1, t2, t3, t4, t5, t6, t7] = tables();
            let (steps, rest) = bytes.as_chunks::<STEP>();
            let mut sum = !self.0;
            let byte = |word: u32, shift: u32| (word >> shift) as u8 as usize;
            for step in steps {
                let word = u64::from_le_bytes(*step);
                let (low, high) = (word as u32 ^ sum, (word >> 32) as u32);
                sum = t7[byte(low, 0)] ^ t6[byte(low, 8)] ^ t5[byte(low, 16)] ^ t4[byte(low, 24)];
                sum ^= t3[byte(high, 0)] ^ t2[byte(high, 8)] ^ t1[byte(high, 16)] ^ t0[byte(high, 24)];
            }
            for next in rest {
                sum = (sum >> 8) ^ t0[(sum as u8 ^ next) as usize];
            }
            self.0 = !sum;
        }

        pub(super) fn finish(self) -> u32 {
            self.0
        }
    }
}

#[cfg(not(feature = "fast-checksums"))]
use small as imp;

#[cfg(test)]
mod tests {
    use super::{Checksum, small};

    #[test]
    fn both_ways_agree_wherever_the_pieces_end() {
        let bytes: Vec<u8> = (0..1000u32).map(|i| ((i * 7919) >> 3) as u8).collect();
        for cut in [0, 1, 7, 8, 9, 500, 1000] {
            let (mut one, mut other) = (Checksum::new(), small::State::default());
            for piece in [&bytes[..cut], &bytes[cut..]] {
                one.update(piece);
                other.update(piece);
            }
            assert_eq!(one.finish(), other.finish());
        }
        let mut check = small::State::default();
        check.update(b"123456789");
        assert_eq!(check.finish(), 0xcbf4_3926);
    }
}
