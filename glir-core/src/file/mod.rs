//! The `.glir` file: header, chunks, reader and writer.
