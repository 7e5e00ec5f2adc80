//! The layout of uniform blocks: GLSL ES 3.00, and OpenGL ES 3.0.6, section 2.12.6.4, «Standard Uniform Block Layout».

use glir_spec::{Encoding, GlslType};

/// A uniform block with the layout std140.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BlockLayout {
    pub(crate) name: String,
    pub(crate) size: u32,
    pub(crate) members: Vec<Member>,
}

/// A member of a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) ty: GlslType,
    /// The length of the array; none if it is no array.
    pub(crate) count: Option<u32>,
    pub(crate) offset: u32,
}

impl Member {
    /// Bytes from one element of an array to the next.
    fn stride(&self) -> u32 {
        let (columns, _) = self.ty.shape();
        if columns > 1 { 16 * columns } else { 16 }
    }

    /// Puts tightly packed values, from element `first` on, to their places in the block's bytes.
    pub(crate) fn place(&self, values: &[u8], first: u32, block: &mut [u8]) {
        let (columns, rows) = self.ty.shape();
        let column_bytes = 4 * rows as usize;
        for (index, column) in values.chunks_exact(column_bytes).enumerate() {
            let element = first as usize + index / columns as usize;
            let at = self.offset as usize + element * self.stride() as usize + index % columns as usize * 16;
            if let Some(place) = block.get_mut(at..at + column_bytes) {
                place.copy_from_slice(column);
            }
        }
    }
}

impl BlockLayout {
    /// Lays out members in their order; `None` if the block is too large for any context.
    pub(crate) fn new(name: &str, members: Vec<(String, GlslType, Option<u32>)>) -> Option<Self> {
        let mut end: u32 = 0;
        let mut placed = Vec::new();
        for (name, ty, count) in members {
            let (columns, rows) = ty.shape();
            debug_assert!(matches!(ty.encoding(), Encoding::F32 | Encoding::I32 | Encoding::U32));
            let vector = 4 * rows;
            let (align, size) = match (columns, count) {
                (1, None) => (if rows == 3 { 16 } else { vector }, vector),
                _ => (16, 16u32.checked_mul(columns)?.checked_mul(count.unwrap_or(1))?),
            };
            let offset = end.checked_next_multiple_of(align)?;
            end = offset.checked_add(size)?;
            placed.push(Member { name, ty, count, offset });
        }
        Some(BlockLayout { name: name.to_owned(), size: end.checked_next_multiple_of(16)?, members: placed })
    }
}

#[cfg(test)]
mod tests {
    use super::BlockLayout;
    use glir_spec::GlslType as T;

    #[test]
    fn members_lie_where_the_standard_puts_them() {
        let member = |name: &str, ty, count| (name.to_owned(), ty, count);
        // The rules by hand: a float, a vec2 at 8, a vec3 at 16, a float that fits behind it, an array of floats of 16
        // bytes each, a mat3 of three columns of 16, an ivec2.
        let block = BlockLayout::new(
            "Scene",
            vec![
                member("a", T::Float, None),
                member("b", T::Vec2, None),
                member("c", T::Vec3, None),
                member("d", T::Float, None),
                member("e", T::Float, Some(2)),
                member("f", T::Mat3, None),
                member("g", T::Ivec2, None),
            ],
        )
        .unwrap();
        let offsets: Vec<u32> = block.members.iter().map(|member| member.offset).collect();
        assert_eq!(offsets, [0, 8, 16, 28, 32, 64, 112]);
        assert_eq!(block.size, 128);

        let mut bytes = vec![0u8; 128];
        block.members[4].place(&[1, 1, 1, 1, 2, 2, 2, 2], 0, &mut bytes);
        assert_eq!((bytes[32], bytes[48], bytes[36]), (1, 2, 0));
        block.members[5].place(&[7; 36], 0, &mut bytes);
        assert_eq!((bytes[64], bytes[75], bytes[76], bytes[80], bytes[96]), (7, 7, 0, 7, 7));
        assert!(BlockLayout::new("x", vec![member("a", T::Mat4, Some(u32::MAX))]).is_none());
    }
}
