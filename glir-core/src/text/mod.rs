//! The `.glirt` text form: parser and printer.
