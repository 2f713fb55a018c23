//! The fields of a request.

/// What is left of a request.
pub(crate) struct Argument<'a> {
    rest: &'a [u8],
}

impl<'a> Argument<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// The next field: a SCALE encoded `Vec<u8>`. None if it is not one.
    pub(crate) fn field(&mut self) -> Option<&'a [u8]> {
        let size = self.compact()?;
        self.take(usize::try_from(size).ok()?)
    }

    /// A SCALE encoded `Compact<u32>`, in its shortest form.
    fn compact(&mut self) -> Option<u32> {
        let mode = *self.rest.first()? & 3;
        let size = [1, 2, 4, 5][usize::from(mode)];
        let mut bytes = [0; 8];
        bytes[..size].copy_from_slice(self.take(size)?);
        let value = if mode == 3 {
            if bytes[0] != 3 {
                return None; // longer than a u32
            }
            u64::from_le_bytes(bytes) >> 8
        } else {
            u64::from_le_bytes(bytes) >> 2
        };
        let least = [0, 1 << 6, 1 << 14, 1 << 30][usize::from(mode)];
        if value < least { None } else { u32::try_from(value).ok() }
    }

    fn take(&mut self, size: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(size)?;
        self.rest = rest;
        Some(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_have_their_size_in_front() {
        let mut argument = Argument::new(b"\x0cabc\x00\x04dx");
        assert_eq!(argument.field(), Some(&b"abc"[..]));
        assert_eq!(argument.field(), Some(&b""[..]));
        assert_eq!(argument.field(), Some(&b"d"[..]));
        assert_eq!(argument.field(), None);
    }

    #[test]
    fn sizes_are_compact_numbers() {
        for (bytes, expected) in [
            (&[0xfc][..], Some(63)),
            (&[0x01, 0x01], Some(64)),
            (&[0xfd, 0xff], Some(16_383)),
            (&[0x02, 0x00, 0x01, 0x00], Some(16_384)),
            (&[0xfe, 0xff, 0xff, 0xff], Some((1 << 30) - 1)),
            (&[0x03, 0x00, 0x00, 0x00, 0x40], Some(1 << 30)),
            (&[0x03, 0xff, 0xff, 0xff, 0xff], Some(u32::MAX)),
            (&[0xfd, 0x00], None),
            (&[0xfe, 0xff, 0x00, 0x00], None),
            (&[0x03, 0xff, 0xff, 0xff, 0x3f], None),
            (&[0x07, 0x00, 0x00, 0x00, 0x40, 0x00], None),
            (&[0x01], None),
            (&[], None),
        ] {
            assert_eq!(Argument::new(bytes).compact(), expected, "{bytes:?}");
        }
    }
}
