//! Text as people's instruments and spreadsheets write it.
#![allow(clippy::unwrap_used, clippy::panic)] // a helper that fails is a test that fails

use glir_data::{
    CsvOptions, Element, ErrorKind, Format, Moment, Options, Recording, TimeColumn, Timing, read,
};

fn csv(text: &str) -> Recording<'static> {
    read(text.as_bytes(), "a.csv", &Options::default()).unwrap().into_owned()
}

fn values(recording: &Recording<'_>, channel: usize) -> Vec<f64> {
    let mut values = vec![0.0; recording.channels[channel].len()];
    recording.channels[channel].read_f64(0, &mut values);
    values
}

fn refusal(text: &str) -> String {
    read(text.as_bytes(), "a.csv", &Options::default()).unwrap_err().to_string()
}

fn stamps(recording: &Recording<'_>) -> Vec<f64> {
    match &recording.channels[0].timing {
        Timing::Stamps(stamps) => stamps.to_vec(),
        other => panic!("{other:?} are no stamps"),
    }
}

#[test]
fn a_bare_column_of_whole_numbers() {
    let recording = csv("530\n518\n506\n");
    assert_eq!(values(&recording, 0), [530.0, 518.0, 506.0]);
    assert_eq!(recording.channels[0].samples.element(), Element::I32);
    assert_eq!((recording.channels[0].name.as_deref(), recording.rate()), (None, None));
}

#[test]
fn a_timer_of_milliseconds() {
    let recording = csv("timer,hr\n0.0,515\n8.54790319355,514\n17.0958063871,514\n25.6437095806,512\n");
    assert_eq!(recording.channels.len(), 1);
    assert_eq!(recording.channels[0].name.as_deref(), Some("hr"));
    assert!((recording.rate().unwrap() - 116.9877).abs() < 1e-4);
}

#[test]
fn dates_become_seconds_since_the_first() {
    let recording = csv("datetime,hr\n2016-11-24 13:58:58.081000,326\n2016-11-24 13:58:58.097000,327\n\
                         2016-11-24 13:58:58.097000,352\n2016-11-24 13:58:59.112000,389\n");
    assert_eq!(stamps(&recording), [0.0, 0.016, 0.016, 1.031]);
    assert_eq!(recording.start, Moment::read("2016-11-24 13:58:58.081"));
}

#[test]
fn dates_and_clocks_in_two_columns_and_midnight() {
    let recording =
        csv("date;clock;x\n2024-02-28;23:59:59;1\n2024-02-29;00:00:02;2\n2024-02-29;00:00:03;3\n");
    assert_eq!(stamps(&recording), [0.0, 3.0, 4.0]);
    assert_eq!(recording.start, Moment::read("2024-02-28T23:59:59"));
    let recording = csv("t,x\n23:59:59,1\n00:00:01,2\n00:00:02.5,3\n");
    assert_eq!(stamps(&recording), [0.0, 2.0, 3.5]);
    assert_eq!(recording.start, None);
}

#[test]
fn every_delimiter_with_and_without_header() {
    for delimiter in [",", ";", "\t", "|", "  ", ", "] {
        for header in ["", "x,y\n", "# made by a logger\n", "% comment\nx,y\n"] {
            let header =
                if header.starts_with(['#']) { header.into() } else { header.replace(',', delimiter) };
            let text = format!(
                "{header}{}\n",
                ["1,2.5", "3,4", "-2,6e1"].map(|row| row.replace(',', delimiter)).join("\n")
            );
            let recording = csv(&text);
            assert_eq!(values(&recording, 0), [1.0, 3.0, -2.0], "{text}");
            assert_eq!(values(&recording, 1), [2.5, 4.0, 60.0], "{text}");
        }
    }
}

#[test]
fn a_padded_table_is_no_edf_header() {
    let recording = csv(&"0       1.5\n0       2.5\n".repeat(40));
    assert_eq!((recording.channels.len(), recording.len()), (2, 80));
}

#[test]
fn decimal_commas_and_windows_lines_and_marks() {
    let recording = csv("\u{feff}Zeit [ms];Kraft [N]\r\n0;1,5\r\n1;-2,25\r\n2;1e1\r\n");
    assert_eq!((recording.channels.len(), recording.rate()), (1, Some(1000.0)));
    assert_eq!(values(&recording, 0), [1.5, -2.25, 10.0]);
    assert_eq!(recording.channels[0].unit.as_deref(), Some("N"));
}

#[test]
fn units_and_names_of_time_columns() {
    for (title, rate) in [
        ("time", 10.0),
        ("t (s)", 10.0),
        ("Time_ms", 1e4),
        ("\"elapsed [µs]\"", 1e7),
        ("seconds", 10.0),
        ("min", 0.0),
        ("Timestamp (min)", 10.0 / 60.0),
        ("Elapsed time", 10.0),
        ("time of flight", 0.0),
        ("hr", 0.0),
        ("temperature", 0.0),
    ] {
        let recording = csv(&format!("x,{title}\n5,0.1\n4,0.2\n3,0.3\n"));
        if rate == 0.0 {
            assert_eq!((recording.channels.len(), recording.rate()), (2, None), "{title}");
        } else {
            assert_eq!(recording.channels.len(), 1, "{title}");
            assert!((recording.rate().unwrap() / rate - 1.0).abs() < 1e-9, "{title}");
        }
    }
}

#[test]
fn a_first_column_in_even_steps_is_time_and_a_count_is_not() {
    let recording = csv("0.0028 1\n0.0056 2\n0.0083 5\n0.0111 3\n");
    assert!((recording.rate().unwrap() - 361.4).abs() < 0.1);
    assert_eq!(values(&recording, 0), [1.0, 2.0, 5.0, 3.0]);
    let recording = csv(",ecg\n0,5\n1,4\n2,3\n");
    assert_eq!((recording.channels.len(), &recording.channels[0].timing), (1, &Timing::Index));
    let recording = csv("trial,ecg\n1,5\n2,4\n3,3\n");
    assert_eq!((recording.channels.len(), &recording.channels[0].timing), (2, &Timing::Index));
    let recording = csv("5,0\n4,1\n9,2\n");
    assert_eq!(recording.channels.len(), 2);
}

#[test]
fn missing_cells_are_gaps() {
    let recording = csv("a,b,c\n1,,NA\n2,NaN,7\n3,5,\n4,6\n");
    assert_eq!(values(&recording, 0), [1.0, 2.0, 3.0, 4.0]);
    assert_eq!(format!("{:?}", values(&recording, 1)), "[NaN, NaN, 5.0, 6.0]");
    assert_eq!(format!("{:?}", values(&recording, 2)), "[NaN, 7.0, NaN, NaN]");
    assert_eq!(recording.channels[2].extent(), Some((7.0, 7.0)));
}

#[test]
fn words_are_left_out_and_said_so() {
    let recording = csv("x,state\n1,\"rest, eyes closed\"\n2,move\n");
    assert_eq!(recording.channels.len(), 1);
    assert_eq!(recording.notes, ["column 2 \"state\" holds words and is left out"]);
}

#[test]
fn time_that_goes_back_is_no_time() {
    let recording = csv("time,x\n0,1\n2,2\n1,3\n");
    assert_eq!((recording.channels.len(), &recording.channels[0].timing), (2, &Timing::Index));
    assert!(recording.notes[0].contains("goes back or is missing after row 2"), "{:?}", recording.notes);
    let options = CsvOptions { time: TimeColumn::Name("TIME".into()), ..CsvOptions::default() };
    let asked = read(b"time,x\n0,1\n2,2\n1,3\n", "", &Options { csv: options, ..Options::default() });
    assert_eq!(asked.unwrap_err().kind, ErrorKind::Malformed);
}

#[test]
fn options_win_over_guesses() {
    let with = |csv: CsvOptions| Options { csv, ..Options::default() };
    let text = b"0,5\n10,6\n20,7\n";
    let options = CsvOptions { time: TimeColumn::Index(0), time_unit: Some(1e-3), ..CsvOptions::default() };
    assert_eq!(read(text, "", &with(options)).unwrap().rate(), Some(100.0));
    let options = CsvOptions { time: TimeColumn::None, header: Some(true), ..CsvOptions::default() };
    let recording = read(text, "", &with(options)).unwrap();
    assert_eq!((recording.channels.len(), recording.len()), (2, 2));
    assert_eq!(recording.channels[1].name.as_deref(), Some("5"));
    let options = CsvOptions { time: TimeColumn::Index(9), ..CsvOptions::default() };
    assert_eq!(read(text, "", &with(options)).unwrap_err().kind, ErrorKind::Options);
}

#[test]
fn quoted_cells_may_end_the_file() {
    let text = b"a,b\n1,\"2\"\n3,\"4\"";
    let recording = read(text, "", &Options::default()).unwrap();
    assert_eq!((recording.channels.len(), recording.len()), (2, 2));
}

#[test]
fn names_that_are_not_utf8_are_read_as_windows_1252() {
    let text = b"temp\xe9rature (\xb0C),price (\x80)\n1,2\n2,5\n4,3\n";
    let options = CsvOptions { time: TimeColumn::None, ..CsvOptions::default() };
    let recording = read(text, "", &Options { csv: options, ..Options::default() }).unwrap();
    let named: Vec<_> = recording.channels.iter().map(|c| (c.name.as_deref(), c.unit.as_deref())).collect();
    assert_eq!(named, [(Some("température"), Some("°C")), (Some("price"), Some("€"))]);
    assert_eq!(recording.notes, ["the columns' names are not UTF-8; they are read as Windows-1252"]);
}

#[test]
fn refusals_name_line_and_column() {
    assert_eq!(refusal("a,b\n1,2\n\n3,oops\n"), "CSV, line 4, column 2 \"b\": \"oops\" is not a number");
    assert_eq!(refusal("1,2\n# why\n\r\n\"3\n\",x\n"), "CSV, line 4, column 2: \"x\" is not a number");
    assert_eq!(refusal("# a\n1 2\n\n3 x4\n"), "CSV, line 4, column 2: \"x4\" is not a number");
    assert_eq!(refusal("a,b\n1,2\n3,4,5\n"), "CSV, line 3: 3 cells stand where the first line has 2");
    let open = |line: u64| {
        format!("CSV, line {line}: a quotation mark opens a cell that the file ends in; close it")
    };
    assert_eq!(refusal("a,b\n1,2\n3,\"4\n5,6\n7,8\n"), open(3));
    assert_eq!(refusal("\"a,b\n1,2\n"), open(1));
    assert_eq!(refusal("a,b\n# 'a'\n1,\"2\"\"\n3\n"), open(3));
    assert_eq!(refusal("a,b\n1,2\n# \"\n3,5\"\n"), "CSV, line 4, column 2 \"b\": \"5\\\"\" is not a number");
    assert_eq!(refusal("a,b\n"), "CSV: the file has a header and no column of numbers");
    assert_eq!(refusal("just\nwords\n"), "CSV: the file has a header and no column of numbers");
    assert_eq!(refusal("# nothing\n"), "CSV: the file has no line with cells");
    assert_eq!(
        refusal("t,x\n2020-01-01,1\nsoon,2\n"),
        "CSV, line 3, column 1 \"t\": \"soon\" is not a date or time as in the rows before"
    );
}

#[test]
fn a_wide_header_over_short_lines_does_not_grow() {
    let text = format!("{}\n{}", ",".repeat(60_000), "1\n".repeat(200_000));
    let message = refusal(&text);
    assert!(message.starts_with("CSV, line 3: 1 cells stand where the first line has 60001"), "{message}");
    assert!(refusal(&",".repeat(100_000)).contains("over the limit of 65536"));
}

#[test]
fn words_of_any_script_are_text() {
    // More than a quarter of the bytes are above 127; a letter is cut where the beginning that is looked at ends.
    let rows = "1,2\n".repeat(10);
    for header in ["時間,温度", "ὥρα,θερμότης", "время,температура"] {
        let text = format!("{header}\n{rows}");
        let recording = read(text.as_bytes(), "a.csv", &Options::default()).unwrap();
        assert_eq!(recording.channels.len(), 2, "{header}");
    }
    let long = format!("{}x,b\n1,2\n2,5\n", "時".repeat(40_000));
    assert_eq!(read(long.as_bytes(), "a.csv", &Options::default()).unwrap().channels.len(), 2);
    // Bytes that are no UTF-8 are still none.
    let noise: Vec<u8> =
        (0..600_u32).map(|i| if i % 3 == 0 { b'1' } else { 0x80 | (i * 7 % 128) as u8 }).collect();
    let error = read(&noise, "a.csv", &Options::default()).unwrap_err().to_string();
    assert!(error.contains("the name promises CSV"), "{error}");
}

#[test]
fn pictures_are_no_tables_in_words_that_fit() {
    let error = read(b"\x89PNG\r\n\x1a\n0000", "p.png", &Options::default()).unwrap_err().to_string();
    assert!(
        error.ends_with(
            "this is a PNG picture, which holds no table or array of numbers; it is drawn as an image"
        ),
        "{error}"
    );
}

#[test]
fn names_of_other_formats_promise_them() {
    let told = |bytes: &[u8], name: &str| read(bytes, name, &Options::default()).unwrap_err().to_string();
    for (name, format) in [
        ("a.png", "PNG"),
        ("b.npy", "NPY"),
        ("c.wav", "WAV"),
        ("d.EDF", "EDF"),
        ("e.jpeg", "JPEG"),
        ("f.npz", "NPZ"),
    ] {
        let text = told(b"a,b\n1,2\n3,4\n", name);
        assert_eq!(
            text,
            format!("the name promises {format}, the content is text; name it .csv if it is a table")
        );
        assert_eq!(
            told(&[0, 1, 2, 250, 3], name),
            format!("the name promises {format}, the content is something else")
        );
    }
    // Samples and tables go by many names.
    for name in ["a.dat", "a.bin", "a", "a.log", "a.txt"] {
        assert_eq!(
            read(b"a,b\n1,2\n3,4\n", name, &Options::default()).unwrap().format,
            Some(Format::Csv),
            "{name}"
        );
    }
    assert_eq!(read(b"a\tb\n1\t2\n", "a.tsv", &Options::default()).unwrap().format, Some(Format::Tsv));
    for read in [
        told(b"a\tb\n1\t2\n3\tx\n", "a.tsv"),
        glir_data::table::read(b"a\tb\n1\t2\n3\tx\n", "a.tsv", &Options::default()).unwrap_err().to_string(),
        glir_data::array::read(b"a\tb\n1\t2\n3\tx\n", "a.tsv", &Options::default()).unwrap_err().to_string(),
    ] {
        assert_eq!(read, "TSV, line 3, column 2 \"b\": \"x\" is not a number");
    }
}

#[test]
fn time_beside_nothing_is_no_channel() {
    let nothing = "CSV: no column holds a number: all values are missing, empty or NaN";
    assert_eq!(refusal("time,v\n0,nan\n1,nan\n2,\n"), nothing);
    assert_eq!(refusal("x,v\n0,nan\n0.5,nan\n1,\n"), nothing);
    // A delimiter at the end of lines makes no column.
    assert_eq!(csv("time,\n0,\n1,\n2,\n").channels.len(), 1);
}
