//! Counts over a trace: commands, bytes, objects, and what was in vain.

use crate::audit::{Finding, audit};
use crate::commands::split;
use crate::trace::{Trace, TraceError};
use glir_core::retain::payload_of;
use glir_spec::Command;
use glir_spec::commands::{Dispatch, Draw};
use glir_spec::wire::{Payload, Reader};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, HashMap};

/// What was counted.
#[derive(Clone, Debug, Default)]
pub struct Stat {
    /// Frame chunks that could be read.
    pub frames: u64,
    /// Commands.
    pub commands: u64,
    /// DRAWs and DISPATCHes.
    pub draws: u64,
    /// The most commands of a frame, and the frame.
    pub longest: (u64, u64),
    /// Commands, and bytes of heads, by name.
    pub by_name: BTreeMap<&'static str, (u64, u64)>,
    /// Payload bytes that stand inline, in arenas, and in blobs; those in blobs as often as they are named.
    pub payloads: [u64; 3],
    /// Payload bytes by name.
    pub payloads_by_name: BTreeMap<&'static str, u64>,
    /// Objects made, by kind.
    pub made: BTreeMap<&'static str, u64>,
    /// Commands that set what held already, by name.
    pub redundant: BTreeMap<&'static str, u64>,
    /// Uploads of bytes that were there already: how many, and bytes.
    pub repeated: (u64, u64),
    /// Uploads that were overwritten before anything read them: how many, and bytes.
    pub overwritten: (u64, u64),
    /// Objects that nothing used.
    pub unused: u64,
    /// Commands that were refused.
    pub refused: u64,
}

/// Counts.
pub fn stat(trace: &Trace<'_>) -> Result<Stat, TraceError> {
    let mut stat = Stat::default();
    let names: HashMap<u64, &'static str> =
        glir_spec::commands::COMMANDS.iter().map(|info| (u64::from(info.opcode), info.name)).collect();
    for number in trace.frames() {
        let Some(chunk) = trace.frame(number)? else { continue };
        stat.frames += 1;
        let mut count = 0;
        for bytes in split(&chunk.head) {
            count += 1;
            let opcode = crate::commands::opcode(bytes);
            let name = names.get(&opcode).copied().unwrap_or("?");
            let entry = stat.by_name.entry(name).or_default();
            entry.0 += 1;
            entry.1 += bytes.len() as u64;
            stat.draws += u64::from([Draw::OPCODE, Dispatch::OPCODE].map(u64::from).contains(&opcode));
            if let Some((payload, ..)) = payload_of(bytes) {
                let length = payload.byte_len();
                let place = match payload {
                    Payload::Inline { .. } => 0,
                    Payload::Arena { .. } => 1,
                    Payload::Blob { .. } => 2,
                };
                if let Some(sum) = stat.payloads.get_mut(place) {
                    *sum = sum.saturating_add(length);
                }
                let of_name = stat.payloads_by_name.entry(name).or_default();
                *of_name = of_name.saturating_add(length);
            }
            if name == "CREATE"
                && let Ok(Command::Create(create)) = Command::decode(&mut Reader::new(bytes))
            {
                *stat.made.entry(crate::audit::kind(&create.descriptor)).or_default() += 1;
            }
        }
        stat.commands += count;
        if count > stat.longest.0 {
            stat.longest = (count, number);
        }
    }
    audit(trace, &mut |_, finding| match finding {
        Finding::Redundant(name, _) => *stat.redundant.entry(name).or_default() += 1,
        Finding::Repeated(_, bytes) => {
            stat.repeated = (stat.repeated.0 + 1, stat.repeated.1.saturating_add(bytes));
        }
        Finding::Overwritten(_, bytes, _) => {
            stat.overwritten = (stat.overwritten.0 + 1, stat.overwritten.1.saturating_add(bytes));
        }
        Finding::Refused(_) => stat.refused += 1,
        Finding::Unused(..) => stat.unused += 1,
        Finding::AfterDelete(..) | Finding::Leaked(..) => {}
    })?;
    Ok(stat)
}

impl Stat {
    /// The counts as JSON.
    pub fn json(&self) -> Value {
        let by_name: Map<String, Value> = self
            .by_name
            .iter()
            .map(|(name, (count, bytes))| {
                let payload = self.payloads_by_name.get(name).copied().unwrap_or(0);
                ((*name).to_owned(), json!({ "count": count, "head_bytes": bytes, "payload_bytes": payload }))
            })
            .collect();
        json!({
            "frames": self.frames,
            "commands": self.commands,
            "draws": self.draws,
            "longest_frame": { "frame": self.longest.1, "commands": self.longest.0 },
            "by_command": by_name,
            "payload_bytes": { "inline": self.payloads[0], "arena": self.payloads[1], "blob": self.payloads[2] },
            "objects_made": self.made,
            "redundant": self.redundant,
            "repeated_uploads": { "count": self.repeated.0, "bytes": self.repeated.1 },
            "overwritten_uploads": { "count": self.overwritten.0, "bytes": self.overwritten.1 },
            "unused_objects": self.unused,
            "refused": self.refused,
        })
    }
}
