//! What a case has the driver do wrong, since no stream can make it: refuse what the check allowed, run out of memory, lose the
//! context. A testee lets happen what it can, and says so in its hello.
//!
//! | trouble | what happens |
//! | --- | --- |
//! | `least` | it has just the limits that each context of its kind has |
//! | `memory BYTES` | storage of more than so many bytes for one object can't be had |
//! | `canvas SIDE` | a canvas with a longer side can't be had |
//! | `canvas-refused SIDE` | the driver refuses a canvas with a longer side |
//! | `read` | there is no memory for what READ brings |
//! | `create ID` | the driver refuses to make the object |
//! | `create-memory ID` | there is no memory to make the object |
//! | `storage ID` | the driver refuses to give the object storage |
//! | `link ID` | the driver refuses to link the program |
//! | `framebuffer ID` | the driver can't use the framebuffer |
//! | `draw N` | draw N of the stream, counted from 0, leaves an error, which is found at the end of its frame |
//! | `lost FRAME` | while this frame is drawn the context is lost, and never comes back |
//! | `restored FRAME` | behind this frame the context is lost, and comes back with nothing in it |

mod faulty;

pub use faulty::Faulty;

use std::fmt;

/// What a driver does wrong, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// What.
    pub kind: Kind,
    /// Bytes, pixels, an object's id or a frame, as the kind has it; 0 for one without a number.
    pub number: u64,
}

/// What a driver does wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Kind {
    Least,
    Memory,
    Canvas,
    CanvasRefused,
    Read,
    Create,
    CreateMemory,
    Storage,
    Link,
    Framebuffer,
    Draw,
    Lost,
    Restored,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Kind; 13] = [
        Kind::Least,
        Kind::Memory,
        Kind::Canvas,
        Kind::CanvasRefused,
        Kind::Read,
        Kind::Create,
        Kind::CreateMemory,
        Kind::Storage,
        Kind::Link,
        Kind::Framebuffer,
        Kind::Draw,
        Kind::Lost,
        Kind::Restored,
    ];

    /// Whether bytes, pixels, an id or a frame go with it.
    pub const fn has_number(self) -> bool {
        !matches!(self, Kind::Least | Kind::Read)
    }

    /// The kind's name.
    pub const fn text(self) -> &'static str {
        match self {
            Kind::Least => "least",
            Kind::Memory => "memory",
            Kind::Canvas => "canvas",
            Kind::CanvasRefused => "canvas-refused",
            Kind::Read => "read",
            Kind::Create => "create",
            Kind::CreateMemory => "create-memory",
            Kind::Storage => "storage",
            Kind::Link => "link",
            Kind::Framebuffer => "framebuffer",
            Kind::Draw => "draw",
            Kind::Lost => "lost",
            Kind::Restored => "restored",
        }
    }
}

impl Trouble {
    /// Reads what [`Trouble`] prints.
    ///
    /// # Errors
    /// One sentence.
    pub fn parse(text: &str) -> Result<Trouble, String> {
        let (name, number) = text.split_once(' ').unwrap_or((text, ""));
        let kind = Kind::ALL.into_iter().find(|kind| kind.text() == name);
        let kind = kind.ok_or_else(|| format!("no driver does {name:?}"))?;
        if !kind.has_number() && number.is_empty() {
            return Ok(Trouble { kind, number: 0 });
        }
        let number = number.parse().ok().filter(|_| kind.has_number());
        Ok(Trouble { kind, number: number.ok_or_else(|| format!("{text:?} is no trouble of a driver"))? })
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            kind if !kind.has_number() => f.write_str(kind.text()),
            kind => write!(f, "{} {}", kind.text(), self.number),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Trouble;

    #[test]
    fn troubles_are_written_as_they_are_read() {
        for text in ["memory 100", "read", "least", "lost 0", "create-memory 7"] {
            assert_eq!(Trouble::parse(text).map(|trouble| trouble.to_string()).as_deref(), Ok(text));
        }
        for text in ["", "memory", "read 3", "least 1", "lost -1", "fire 1"] {
            assert!(Trouble::parse(text).is_err(), "{text}");
        }
    }
}
