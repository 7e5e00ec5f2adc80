//! NPZ: a ZIP archive of NPY arrays, of which one is read. Stored members are lent, deflated ones are decoded.
//!
//! Members are found by the central directory at the archive's end, as the ZIP format wants (PKWARE's APPNOTE). Archives
//! beyond 4 GiB (ZIP64), encrypted ones and other compressions than deflate are refused.

use crate::array::Array;
use crate::error::{ErrorKind, excerpt};
use crate::limits::{MAX_CHANNELS, MAX_INFLATION, MAX_NOTES, MAX_NPZ_ENTRIES};
use crate::samples::Bytes;
use crate::{Channel, Error, Format, Recording, npy};

/// One array in the archive, from the central directory.
struct Member<'a> {
    /// The name that `numpy.load` gives it: without `.npy`.
    name: String,
    flags: u16,
    method: u16,
    crc: u32,
    packed: usize,
    unpacked: usize,
    /// Where its local header stands.
    header: usize,
    archive: &'a [u8],
}

pub(crate) fn read<'a>(
    bytes: &'a [u8],
    wanted: Option<&str>,
    along: Option<usize>,
) -> Result<Recording<'a>, Error> {
    one(bytes, wanted, |member| member.read(along), |recording| &mut recording.notes)
}

/// The named array with its shape; else the first of two or more axes, else the first.
pub(crate) fn shaped<'a>(bytes: &'a [u8], wanted: Option<&str>) -> Result<Array<'a>, Error> {
    let plane = |member: &Member<'a>| {
        let array = member.shaped()?;
        if array.shape.len() >= 2 {
            return Ok(array);
        }
        let message = "no array of the archive has two axes or more";
        Err(Error::whole(Format::Npz, ErrorKind::Empty, message))
    };
    if wanted.is_none()
        && let Ok(array) = one(bytes, None, plane, |array| &mut array.notes)
    {
        return Ok(array);
    }
    one(bytes, wanted, Member::shaped, |array| &mut array.notes)
}

/// Every array that can be read as channels, and notes of those that can't.
pub(crate) fn all<'a>(
    bytes: &'a [u8],
    along: Option<usize>,
) -> Result<(Vec<Channel<'a>>, Vec<String>), Error> {
    let (mut channels, mut notes) = (Vec::new(), Vec::new());
    let mut left = bytes.len().saturating_mul(MAX_INFLATION);
    for member in &members(bytes)? {
        let room = left.checked_sub(member.packed.max(member.unpacked));
        left = room.ok_or_else(|| oversized(member.header, bytes))?;
        match member.read(along) {
            Ok(recording) => {
                let many = recording.channels.len() > 1;
                let told = recording.notes.into_iter().map(|note| format!("{:?}: {note}", member.name));
                notes.extend(told.take(MAX_NOTES - notes.len().min(MAX_NOTES)));
                for (index, mut channel) in recording.channels.into_iter().enumerate() {
                    if many {
                        channel.name = Some(format!("{}[{index}]", member.name));
                    }
                    channels.push(channel);
                }
                if channels.len() > MAX_CHANNELS {
                    let message = format!("more than {MAX_CHANNELS} columns are over the limit");
                    return Err(Error::whole(Format::Npz, ErrorKind::TooLarge, message));
                }
            }
            Err(fault) if notes.len() < MAX_NOTES => notes.push(fault.to_string()),
            Err(_) => {}
        }
    }
    Ok((channels, notes))
}

/// Sizes that no archive of this length has.
fn oversized(header: usize, bytes: &[u8]) -> Error {
    let message = "the arrays' sizes are more than an archive of this size can hold";
    Error::at(Format::Npz, header.min(bytes.len()), ErrorKind::Malformed, message)
}

/// The named member, or the first that can be read, which is then noted.
fn one<'a, T>(
    bytes: &'a [u8],
    wanted: Option<&str>,
    read: impl Fn(&Member<'a>) -> Result<T, Error>,
    notes: impl Fn(&mut T) -> &mut Vec<String>,
) -> Result<T, Error> {
    let members = members(bytes)?;
    let names = || {
        let names: Vec<&str> = members.iter().take(12).map(|member| member.name.as_str()).collect();
        names.join(", ")
    };
    if let Some(wanted) = wanted {
        let Some(member) = members.iter().find(|member| member.name == wanted) else {
            let message =
                format!("the archive has no array {:?}; it has {}", excerpt(wanted.as_bytes()), names());
            return Err(Error::whole(Format::Npz, ErrorKind::Options, message));
        };
        return read(member);
    }
    let mut first_fault = None;
    // Entries may all point at the same bytes, so their number alone does not bound the work.
    let mut left = bytes.len().saturating_mul(MAX_INFLATION);
    for member in &members {
        left = match left.checked_sub(member.packed.max(member.unpacked)) {
            Some(left) => left,
            None => return Err(first_fault.unwrap_or_else(|| oversized(member.header, bytes))),
        };
        match read(member) {
            Ok(mut found) => {
                if members.len() > 1 {
                    notes(&mut found).push(format!(
                        "array {:?} was read; the archive has {}",
                        member.name,
                        names()
                    ));
                }
                return Ok(found);
            }
            Err(fault) => first_fault = first_fault.or(Some(fault)),
        }
    }
    let none = || Error::whole(Format::Npz, ErrorKind::Empty, "the archive holds no NPY array");
    Err(first_fault.unwrap_or_else(none))
}

fn members(bytes: &[u8]) -> Result<Vec<Member<'_>>, Error> {
    const END: usize = 22;
    const ENTRY: usize = 46;
    let fail = |at: usize, kind, message: &str| Err(Error::at(Format::Npz, at, kind, message));
    // The end record is last but for a comment of up to 65,535 bytes.
    let from = bytes.len().saturating_sub(END + 65_535);
    let tail = bytes.get(from..).unwrap_or_default();
    let Some(end) = tail.windows(END).rposition(|window| window.starts_with(b"PK\x05\x06")) else {
        return fail(
            bytes.len(),
            ErrorKind::Truncated,
            "the archive has no directory at its end; is it cut off?",
        );
    };
    let end = from + end;
    let count = usize::from(u16_at(bytes, end + 10));
    let mut at = u32_at(bytes, end + 16) as usize;
    let mut members = Vec::new();
    for _ in 0..count.min(MAX_NPZ_ENTRIES) {
        let Some(entry) =
            bytes.get(at..).filter(|rest| rest.len() >= ENTRY && rest.starts_with(b"PK\x01\x02"))
        else {
            return fail(
                at.min(bytes.len()),
                ErrorKind::Malformed,
                "no entry of the archive's directory is here",
            );
        };
        let name_length = usize::from(u16_at(entry, 28));
        let name = entry.get(ENTRY..ENTRY + name_length).unwrap_or_default();
        if let Some(stem) = name.strip_suffix(b".npy") {
            members.push(Member {
                name: String::from_utf8_lossy(stem).into_owned(),
                flags: u16_at(entry, 8),
                method: u16_at(entry, 10),
                crc: u32_at(entry, 16),
                packed: u32_at(entry, 20) as usize,
                unpacked: u32_at(entry, 24) as usize,
                header: u32_at(entry, 42) as usize,
                archive: bytes,
            });
        }
        at += ENTRY + name_length + usize::from(u16_at(entry, 30)) + usize::from(u16_at(entry, 32));
    }
    Ok(members)
}

impl<'a> Member<'a> {
    fn read(&self, along: Option<usize>) -> Result<Recording<'a>, Error> {
        let mut recording =
            npy::array(Format::Npz, self.bytes()?, along).map_err(|error| self.named(error))?;
        if let [only] = &mut recording.channels[..] {
            only.name = Some(self.name.clone());
        }
        Ok(recording)
    }

    fn shaped(&self) -> Result<Array<'a>, Error> {
        let mut array = npy::shaped(Format::Npz, self.bytes()?).map_err(|error| self.named(error))?;
        array.name = Some(self.name.clone());
        Ok(array)
    }

    fn named(&self, mut error: Error) -> Error {
        error.message = format!("array {:?}: {}", excerpt(self.name.as_bytes()), error.message);
        error
    }

    fn bytes(&self) -> Result<Bytes<'a>, Error> {
        let fail = |kind, message: &str| {
            let message = format!("array {:?} {message}", excerpt(self.name.as_bytes()));
            Err(Error::at(Format::Npz, self.header.min(self.archive.len()), kind, message))
        };
        if self.flags & 1 != 0 {
            return fail(ErrorKind::Unsupported, "is encrypted, which is not read");
        }
        if [self.packed, self.unpacked, self.header].contains(&(u32::MAX as usize)) {
            return fail(
                ErrorKind::Unsupported,
                "is beyond 4 GiB (ZIP64), which is not read; save it as NPY",
            );
        }
        let local = self
            .archive
            .get(self.header..)
            .filter(|rest| rest.len() >= 30 && rest.starts_with(b"PK\x03\x04"));
        let Some(local) = local else {
            return fail(ErrorKind::Malformed, "has no header where the directory says");
        };
        let start = 30 + usize::from(u16_at(local, 26)) + usize::from(u16_at(local, 28));
        let Some(packed) = local.get(start..).and_then(|rest| rest.get(..self.packed)) else {
            return fail(ErrorKind::Truncated, "goes on past the end of the file");
        };
        let bytes: Bytes<'a> = match self.method {
            0 => packed.into(),
            8 => {
                // The directory's size is a stranger's number: bound it by what deflate could do with these bytes.
                let most = self.unpacked.min(packed.len().saturating_mul(MAX_INFLATION));
                match miniz_oxide::inflate::decompress_to_vec_with_limit(packed, most) {
                    Ok(unpacked) => unpacked.into(),
                    Err(_) => {
                        return fail(ErrorKind::Malformed, "does not decompress; the archive is damaged");
                    }
                }
            }
            _ => {
                return fail(
                    ErrorKind::Unsupported,
                    "is compressed by other means than deflate, which is not read",
                );
            }
        };
        if crc32fast::hash(bytes.as_slice()) != self.crc {
            return fail(ErrorKind::Malformed, "does not match its checksum; the archive is damaged");
        }
        Ok(bytes)
    }
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    bytes.get(at..).and_then(|rest| rest.first_chunk()).map_or(0, |two| u16::from_le_bytes(*two))
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..).and_then(|rest| rest.first_chunk()).map_or(0, |four| u32::from_le_bytes(*four))
}
