//! Streams that are too long to be written: commands that come again and again, and long texts.
//!
//! `// repeat: frame 0 commands 1-2 times 16385` puts the commands 1 and 2 of frame 0, counted from 0, there so many times in
//! all. In them the number [`COUNTED`] stands for the round, counted from 1. `{{x*1048577}}` in a text is so many of the character.

use glir_core::text::{Document, Item};
use glir_spec::Frame;
use glir_spec::wire::Reader;

/// The number that stands for the round. It takes five bytes in the wire form, and so does what is put in its place.
pub const COUNTED: u32 = 4_000_000_000;

/// The most bytes that a stream may grow to: what a message of the protocol carries, with room to spare.
const MOST: usize = 200 << 20;

/// Commands that come again and again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Repeat {
    frame: usize,
    first: usize,
    last: usize,
    times: u32,
}

impl Repeat {
    /// Reads what stands behind `repeat:`.
    ///
    /// # Errors
    /// One sentence.
    pub fn parse(text: &str) -> Result<Repeat, String> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let ["frame", frame, "commands" | "command", range, "times", times] = words[..] else {
            return Err("a repetition is written `frame 0 commands 1-2 times 16385`".into());
        };
        let number = |word: &str| word.parse().map_err(|_| format!("{word:?} is no number"));
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        let (first, last) = (number(first)?, number(last)?);
        let times = times.parse().map_err(|_| format!("{times:?} is no number"))?;
        if last < first || times == 0 {
            return Err("a repetition has a command at least, and once at least".into());
        }
        Ok(Repeat { frame: number(frame)?, first, last, times })
    }
}

/// A document with its commands repeated.
///
/// # Errors
/// One sentence: there are no such commands, or they would take too many bytes.
pub fn repeated(document: &Document, repeats: &[Repeat]) -> Result<Document, String> {
    let mut items = Vec::new();
    let mut number = 0;
    for item in &document.items {
        let Item::Frame { frame, time_us } = item else {
            items.push(item.clone());
            continue;
        };
        let frame = match repeats.iter().find(|repeat| repeat.frame == number) {
            Some(repeat) => longer(frame, repeat)?,
            None => frame.clone(),
        };
        items.push(Item::Frame { frame, time_us: *time_us });
        number += 1;
    }
    match repeats.iter().find(|repeat| repeat.frame >= number) {
        Some(repeat) => Err(format!("there is no frame {}", repeat.frame)),
        None => Ok(Document { items }),
    }
}

fn longer(frame: &Frame, repeat: &Repeat) -> Result<Frame, String> {
    if !frame.arena().is_empty() {
        return Err("a frame with an arena can't be repeated".into());
    }
    let mut reader = Reader::new(frame.head());
    let count = reader.array().map_err(|error| error.to_string())?;
    let mut commands = Vec::new();
    for _ in 0..count {
        let start = reader.offset();
        reader.skip().map_err(|error| error.to_string())?;
        commands.push(reader.between(start, reader.offset()));
    }
    let body = commands.get(repeat.first..=repeat.last);
    let body = body.ok_or_else(|| format!("frame {} has {count} commands", repeat.frame))?;
    let bytes: usize = body.iter().map(|command| command.len()).sum();
    if bytes.saturating_mul(repeat.times as usize) > MOST {
        return Err("so many commands take too many bytes".into());
    }
    let mut longer = Frame::new();
    commands[..repeat.first].iter().for_each(|command| longer.push_encoded(command));
    let mut scratch = Vec::new();
    for round in 1..=repeat.times {
        for command in body {
            scratch.clear();
            scratch.extend_from_slice(command);
            count_in(&mut scratch, round);
            longer.push_encoded(&scratch);
        }
    }
    commands[repeat.last + 1..].iter().for_each(|command| longer.push_encoded(command));
    Ok(longer)
}

/// Puts the round where the number stands that stands for it.
fn count_in(command: &mut [u8], round: u32) {
    let mut from = 0;
    let mut counted = [0xce, 0, 0, 0, 0];
    counted[1..].copy_from_slice(&COUNTED.to_be_bytes());
    while let Some(at) = command[from..].windows(counted.len()).position(|bytes| bytes == counted) {
        command[from + at + 1..from + at + 5].copy_from_slice(&round.to_be_bytes());
        from += at + 5;
    }
}

/// A text with `{{x*1048577}}` written out.
///
/// # Errors
/// One sentence: too many characters.
pub fn filled(text: &str) -> Result<String, String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        out.push_str(before);
        let fill = after.split_once("}}").and_then(|(inside, behind)| {
            let (what, times) = inside.split_once('*')?;
            let mut characters = what.chars();
            let (character, None) = (characters.next()?, characters.next()) else { return None };
            Some((character, times.parse::<usize>().ok()?, behind))
        });
        match fill {
            Some((_, times, _)) if times > MOST => return Err(format!("{times} characters are too many")),
            Some((character, times, behind)) => {
                out.extend(std::iter::repeat_n(character, times));
                rest = behind;
            }
            None => {
                out.push_str("{{");
                rest = after;
            }
        }
    }
    out.push_str(rest);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::{Repeat, filled, repeated};

    #[test]
    fn commands_come_again_with_their_number() {
        let text = "[\"GLIR\", {}]\n[\"GROUP\", \"a\"]\n[\"SIZE\", 4000000000, 8]\n[\"SWAP\"]\n";
        let document = glir_core::text::parse(text).unwrap();
        let repeat = Repeat::parse("frame 0 commands 0-1 times 2").unwrap();
        let twice = repeated(&document, &[repeat]).unwrap().to_string();
        let pair = |id: u32| format!("[\"GROUP\", \"a\"]\n[\"SIZE\", {id}, 8]\n");
        assert_eq!(twice, format!("[\"GLIR\", {{}}]\n{}{}[\"SWAP\"]\n", pair(1), pair(2)));
        for wrong in
            ["frame 1 command 0 times 2", "frame 0 command 3 times 2", "frame 0 command 0 times 400000000"]
        {
            assert!(repeated(&document, &[Repeat::parse(wrong).unwrap()]).is_err(), "{wrong}");
        }
        assert!(Repeat::parse("frame 0 commands 2-1 times 3").is_err());
    }

    #[test]
    fn characters_are_filled_in() {
        assert_eq!(filled("a{{x*3}}b{{c}}{{").as_deref(), Ok("axxxb{{c}}{{"));
        assert!(filled("{{x*999999999999}}").is_err());
    }
}
