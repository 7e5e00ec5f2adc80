//! The log of a file's index: what stands in it, as it is found from the file's end.
//!
//! A line for each chunk that it names: its kind, its sequence number, and the byte of the file at which it starts; `none` if the file
//! has no index, or a damaged one.

use glir_core::file::Index;
use std::fmt::Write as _;

/// The log.
pub fn log(bytes: &[u8]) -> String {
    let Some(index) = Index::find(bytes) else { return "none\n".into() };
    let mut out = String::new();
    for entry in &index.entries {
        // Writing to a string can't fail.
        let _ = writeln!(out, "{} {} {}", entry.kind, entry.sequence, entry.offset);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::log;

    #[test]
    fn what_is_found_from_the_end_is_where_it_says() {
        let text = "[\"GLIR\"]\n[\"SWAP\"]\n[\"FILE_META\", {\"a\": \"b\"}]\n[\"SWAP\"]\n";
        let bytes = crate::stream::bytes(&glir_core::text::parse(text).unwrap()).unwrap();
        let found = log(&bytes);
        let kinds: Vec<_> = found.lines().map(|line| line.split(' ').next().unwrap()).collect();
        assert_eq!(kinds, ["FRAM", "META", "FRAM"]);
        for line in found.lines() {
            let words: Vec<_> = line.split(' ').collect();
            let at: usize = words[2].parse().unwrap();
            assert_eq!(&bytes[at..at + 4], words[0].as_bytes());
        }
        assert_eq!(log(&bytes[..bytes.len() - 64]), "none\n");
    }
}
