//! The binary formats: against files written by other crates, against hand-made bytes, and against the shipped recording.
#![allow(clippy::unwrap_used, clippy::panic)] // a helper that fails is a test that fails

use std::io::Cursor;

use glir_data::{Element, Endian, ErrorKind, Format, Options, RawOptions, Recording, Timing, read};
use npyz::WriterBuilder;

fn open(bytes: &[u8]) -> Recording<'_> {
    read(bytes, "file", &Options::default()).unwrap()
}

fn refusal(bytes: &[u8]) -> String {
    read(bytes, "file", &Options::default()).unwrap_err().to_string()
}

fn values(recording: &Recording<'_>, channel: usize) -> Vec<f64> {
    let mut values = vec![0.0; recording.channels[channel].len()];
    recording.channels[channel].read_f64(0, &mut values);
    values
}

fn shipped(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/recordings/mit-bih-208/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

#[test]
fn the_shipped_recording_is_what_its_readme_says() {
    let (edf, npz) = (shipped("ecg.edf"), shipped("ecg.npz"));
    let (edf, npz) = (open(&edf), open(&npz));
    let ecg = &edf.channels[0];
    assert_eq!((edf.channels.len(), ecg.len(), edf.rate()), (1, 108_000, Some(360.0)));
    assert_eq!((ecg.name.as_deref(), ecg.unit.as_deref()), (Some("ECG MLII"), Some("mV")));
    let (millivolts, stored) = (values(&edf, 0), values(&npz, 0));
    assert_eq!(stored.len(), 108_000);
    for (millivolt, stored) in millivolts.iter().zip(&stored) {
        assert!((millivolt - (stored - 1024.0) / 200.0).abs() < 1e-12);
    }
    // What SciPy's documentation prints for its electrocardiogram.
    let first: Vec<f64> = millivolts[..3].iter().map(|value| (value * 1e3).round() / 1e3).collect();
    assert_eq!(first, [-0.245, -0.215, -0.185]);
    let mean = millivolts.iter().sum::<f64>() / 108_000.0;
    assert!((mean + 0.165_108_75).abs() < 1e-9);
}

fn npy<T: npyz::AutoSerialize + Copy>(values: &[T], shape: &[u64], order: npyz::Order) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut writer = npyz::WriteOptions::new()
        .default_dtype()
        .shape(shape)
        .order(order)
        .writer(&mut bytes)
        .begin_nd()
        .unwrap();
    writer.extend(values.iter().copied()).unwrap();
    writer.finish().unwrap();
    bytes
}

#[test]
fn npy_of_every_type_and_order() {
    macro_rules! check {
        ($($type:ty => $element:ident)*) => {$(
            let line: Vec<$type> = (0..60_u8).map(|value| value as $type).collect();
            let bytes = npy(&line, &[60], npyz::Order::C);
            let recording = open(&bytes);
            assert_eq!(recording.channels[0].samples.element(), Element::$element);
            assert_eq!(values(&recording, 0), (0..60).map(f64::from).collect::<Vec<_>>());
            // Three channels of twenty samples, as rows and as columns, in both orders.
            for (shape, order) in [([3, 20], npyz::Order::C), ([20, 3], npyz::Order::Fortran)] {
                let bytes = npy(&line, &shape, order);
                let recording = open(&bytes);
                assert_eq!(recording.channels.len(), 3);
                assert_eq!(values(&recording, 2), (40..60).map(f64::from).collect::<Vec<_>>());
            }
            for (shape, order) in [([20, 3], npyz::Order::C), ([3, 20], npyz::Order::Fortran)] {
                let bytes = npy(&line, &shape, order);
                let recording = open(&bytes);
                assert_eq!(recording.channels.len(), 3);
                assert_eq!(values(&recording, 2), (0..20).map(|row| f64::from(row * 3 + 2)).collect::<Vec<_>>());
            }
        )*};
    }
    check! { u8 => U8  i8 => I8  u16 => U16  i16 => I16  u32 => U32  i32 => I32  u64 => U64  i64 => I64  f32 => F32  f64 => F64 }
}

fn npy_by_hand(version: u8, header: &str, data: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0x93];
    bytes.extend(b"NUMPY");
    bytes.extend([version, 0]);
    match version {
        1 => bytes.extend((header.len() as u16).to_le_bytes()),
        _ => bytes.extend((header.len() as u32).to_le_bytes()),
    }
    bytes.extend(header.as_bytes());
    bytes.extend(data);
    bytes
}

#[test]
fn npy_versions_byte_order_and_loose_headers() {
    let data = [0x01, 0x00, 0xff, 0xfe];
    for version in [1, 2, 3] {
        let header = "{'descr': '>i2', 'fortran_order': False, 'shape': (2,), }\n";
        let bytes = npy_by_hand(version, header, &data);
        let recording = open(&bytes);
        assert_eq!(values(&recording, 0), [256.0, -2.0]);
        assert_eq!(recording.channels[0].samples.layout().endian, Endian::Big);
    }
    let bytes = npy_by_hand(1, "{\"shape\":(2L ,),\"descr\":\"<u2\",\"fortran_order\":True}", &data);
    assert_eq!(values(&open(&bytes), 0), [1.0, 65_279.0]);
}

#[test]
fn npy_refusals() {
    let head = |descr: &str, shape: &str| {
        format!("{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}")
    };
    let one = |header: &str| refusal(&npy_by_hand(1, header, &[0; 64]));
    assert!(one(&head("[('x', '<f4')]", "(4,)")).contains("structured"));
    assert!(one(&head("'<c8'", "(4,)")).contains("\"<c8\" is not read"));
    assert!(one(&head("'<f4'", "()")).contains("shape () is not read"));
    assert!(one(&head("'<f4'", "(2, 2, 2)")).contains("shape (2, 2, 2) is not read"));
    assert!(one(&head("'<f4'", "(0,)")).contains("no elements"));
    assert!(one(&head("'<f4'", "(17,)")).contains("needs more bytes than the 64 there"));
    assert!(one(&head("'<f4'", "(18446744073709551615, 3)")).contains("needs more bytes"));
    assert!(one(&head("'<f4'", "(99999999999999999999,)")).contains("is no length of an axis"));
    assert!(one(&head("'<f4'", "(-3, 2)")).ends_with("an axis can't be -3 long"));
    assert!(one("{'descr': '<f4'}").contains("no fortran_order"));
    assert!(one("{'surprise': 1}").contains("\"surprise\" is not one of"));
    assert!(one(&"(".repeat(60_000)).contains("should have '{'"));
    assert!(
        one(&format!("{{'shape': {}", "(".repeat(60_000)))
            .contains("the length of an axis, or the bracket that ends the shape, is missing")
    );
    let zeros = npy_by_hand(1, &head("'|u1'", "(0, 9999999999)"), &[]);
    assert!(refusal(&zeros).contains("no elements"));
    assert_eq!(
        refusal(&npy_by_hand(9, "", &[])),
        "NPY, byte 6: version 9 of the format is not read; 1 to 3 are"
    );
}

/// An archive written from its specification, with stored members and deliberately wrong numbers where wanted.
fn zip(members: &[(&str, &[u8])], tweak: impl Fn(&mut Vec<u8>)) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for (name, data) in members {
        let mut common = vec![20, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        common.extend(crc32(data).to_le_bytes());
        common.extend((data.len() as u32).to_le_bytes());
        common.extend((data.len() as u32).to_le_bytes());
        common.extend((name.len() as u16).to_le_bytes());
        common.extend([0, 0]);
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend((bytes.len() as u32).to_le_bytes());
        directory.extend(name.as_bytes());
        bytes.extend(b"PK\x03\x04");
        bytes.extend(&common);
        bytes.extend(name.as_bytes());
        bytes.extend(*data);
    }
    tweak(&mut directory);
    let start = bytes.len() as u32;
    let count = (members.len() as u16).to_le_bytes();
    let size = (directory.len() as u32).to_le_bytes();
    bytes.extend(&directory);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend([count, count].concat());
    bytes.extend([size, start.to_le_bytes()].concat());
    bytes.extend([0, 0]);
    bytes
}

fn crc32(data: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in data {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
        }
    }
    !crc
}

#[test]
fn npz_takes_the_first_fitting_or_the_named_array() {
    let scalar = npy(&[360.0_f64], &[], npyz::Order::C);
    let (a, b) = (npy(&[1_i16, 2, 3], &[3], npyz::Order::C), npy(&[7_u8, 8], &[2], npyz::Order::C));
    let bytes = zip(&[("fs.npy", &scalar), ("a.npy", &a), ("readme.txt", b"hello"), ("b.npy", &b)], |_| {});
    let recording = open(&bytes);
    assert_eq!((recording.format, values(&recording, 0)), (Some(Format::Npz), vec![1.0, 2.0, 3.0]));
    assert_eq!(recording.channels[0].name.as_deref(), Some("a"));
    assert_eq!(recording.notes, ["array \"a\" was read; the archive has fs, a, b"]);
    let named = |array: &str| Options { array: Some(array.into()), ..Options::default() };
    assert_eq!(values(&read(&bytes, "", &named("b")).unwrap(), 0), [7.0, 8.0]);
    let error = read(&bytes, "", &named("c")).unwrap_err();
    assert_eq!(error.to_string(), "NPZ: the archive has no array \"c\"; it has fs, a, b");
    assert!(
        read(&bytes, "", &named("fs"))
            .unwrap_err()
            .to_string()
            .contains("array \"fs\": an array of shape ()")
    );

    assert!(refusal(&zip(&[("a.npy", &a)], |directory| directory[8] = 1)).contains("encrypted"));
    assert!(
        refusal(&zip(&[("a.npy", &a)], |directory| directory[10] = 12)).contains("other means than deflate")
    );
    assert!(refusal(&zip(&[("a.npy", &a)], |directory| directory[16] ^= 1)).contains("checksum"));
    assert!(refusal(&zip(&[("a.npy", &a)], |directory| directory[22] = 1)).contains("past the end"));
    assert!(refusal(&zip(&[("a.npy", &a)], |directory| directory[23] = 1)).contains("more than an archive"));
    assert!(refusal(&zip(&[("a.txt", &a)], |_| {})).contains("no NPY array"));
    assert!(refusal(&bytes[..bytes.len() - 30]).contains("cut off"));
}

fn wav(
    bits: u16,
    format: hound::SampleFormat,
    channels: u16,
    write: impl Fn(&mut hound::WavWriter<Cursor<&mut Vec<u8>>>),
) -> Vec<u8> {
    let mut bytes = Vec::new();
    let spec = hound::WavSpec { channels, sample_rate: 8000, bits_per_sample: bits, sample_format: format };
    let mut writer = hound::WavWriter::new(Cursor::new(&mut bytes), spec).unwrap();
    write(&mut writer);
    writer.finalize().unwrap();
    bytes
}

#[test]
fn wav_of_every_depth() {
    for bits in [8, 16, 24, 32] {
        let full = 2_f64.powi(i32::from(bits) - 1);
        let samples = [0, 1, -1, 100, -128, 127];
        let bytes = wav(bits, hound::SampleFormat::Int, 2, |writer| {
            samples.iter().for_each(|sample| writer.write_sample(*sample).unwrap());
        });
        let recording = open(&bytes);
        assert_eq!((recording.rate(), recording.channels.len()), (Some(8000.0), 2));
        assert_eq!(recording.channels[1].name.as_deref(), Some("right"));
        assert_eq!(values(&recording, 0), [0.0, -1.0 / full, -128.0 / full], "{bits} bits");
        assert_eq!(values(&recording, 1), [1.0 / full, 100.0 / full, 127.0 / full], "{bits} bits");
        assert!(recording.notes.is_empty());
    }
    let bytes = wav(32, hound::SampleFormat::Float, 1, |writer| {
        [0.5_f32, -2.0].iter().for_each(|sample| writer.write_sample(*sample).unwrap());
    });
    assert_eq!(values(&open(&bytes), 0), [0.5, -2.0]);
}

fn wav_by_hand(magic: &[u8; 4], fmt: &[u8], data_size: u32, data: &[u8]) -> Vec<u8> {
    let number = |value: u32| if magic == b"RIFX" { value.to_be_bytes() } else { value.to_le_bytes() };
    let mut bytes = magic.to_vec();
    bytes.extend([0; 4]);
    bytes.extend(b"WAVEjunk");
    bytes.extend(number(3));
    bytes.extend(b"odd\0fmt ");
    bytes.extend(number(fmt.len() as u32));
    bytes.extend(fmt);
    bytes.extend(b"data");
    bytes.extend(number(data_size));
    bytes.extend(data);
    bytes
}

#[test]
fn wav_that_was_cut_off_or_streamed_or_is_odd() {
    let fmt = [1, 0, 1, 0, 0x40, 0x1f, 0, 0, 0x80, 0x3e, 0, 0, 2, 0, 16, 0];
    let data = [0x00, 0x40, 0x00, 0xc0];
    for size in [0, u32::MAX] {
        let bytes = wav_by_hand(b"RIFF", &fmt, size, &data);
        assert_eq!(values(&open(&bytes), 0), [0.5, -0.5]);
        assert_eq!(open(&bytes).notes, ["the header leaves the length open; read to the end of the file"]);
    }
    let bytes = wav_by_hand(b"RIFF", &fmt, 100, &data);
    assert_eq!(open(&bytes).notes, ["the header promises 100 bytes of samples, 4 are there"]);
    let big = [0, 1, 0, 1, 0, 0, 0x1f, 0x40, 0, 0, 0x3e, 0x80, 0, 2, 0, 16];
    let bytes = wav_by_hand(b"RIFX", &big, 4, &[0x40, 0, 0xc0, 0]);
    assert_eq!((values(&open(&bytes), 0), open(&bytes).rate()), (vec![0.5, -0.5], Some(8000.0)));

    let with = |at: usize, value: u8| {
        let mut fmt = fmt;
        fmt[at] = value;
        refusal(&wav_by_hand(b"RIFF", &fmt, 4, &data))
    };
    assert!(with(0, 85).contains("the coding 0x0055 is not read"));
    assert!(with(2, 0).contains("0 channels"));
    assert!(with(12, 3).contains("has 2 bytes, not 3"));
    assert!(with(14, 0).contains("samples of 0 bits"));
    assert!(refusal(&wav_by_hand(b"RIFF", &fmt[..10], 4, &data)).contains("needs 16"));
    assert!(refusal(&wav_by_hand(b"RIFF", &fmt, 4, &[])).contains("no whole frame"));
}

/// Two signals at different rates and an annotation signal, three records of two seconds.
fn edf(version: &[u8], bytes_per_sample: usize) -> Vec<u8> {
    let mut text = String::new();
    let mut field = |value: &str, width: usize| text += &format!("{value:width$}");
    [
        ("X", 80),
        ("X", 80),
        ("01.01.20", 8),
        ("00.00.00", 8),
        ("1024", 8),
        ("EDF+C", 44),
        ("3", 8),
        ("2", 8),
        ("3", 4),
    ]
    .iter()
    .for_each(|(value, width)| field(value, *width));
    for (values, width) in [
        (["EEG Fp1", "EDF Annotations", "Resp"], 16),
        (["", "", ""], 80),
        (["uV", "", "L/min"], 8),
        (["-100", "-1", "10"], 8),
        (["100", "1", "-10"], 8),
        (["-200", "-32768", "-100"], 8),
        (["200", "32767", "100"], 8),
        (["", "", ""], 80),
        (["4", "5", "1"], 8),
        (["", "", ""], 32),
    ] {
        values.iter().for_each(|value| field(value, width));
    }
    let mut bytes = version.to_vec();
    bytes.extend(text.into_bytes());
    for record in 0..3_i32 {
        for sample in [0, 1, 2, 3] {
            bytes.extend(&(record * 4 + sample).to_le_bytes()[..bytes_per_sample]);
        }
        bytes.extend(vec![b'+'; 5 * bytes_per_sample]);
        bytes.extend(&(-record).to_le_bytes()[..bytes_per_sample]);
    }
    bytes
}

#[test]
fn edf_and_bdf_scale_and_keep_each_signals_rate() {
    for (version, size) in [(b"0       ", 2), (b"\xffBIOSEMI", 3)] {
        let bytes = edf(version, size);
        let recording = open(&bytes);
        assert_eq!(
            (recording.format, recording.channels.len(), recording.rate()),
            (Some(Format::Edf), 2, None)
        );
        let (eeg, resp) = (&recording.channels[0], &recording.channels[1]);
        assert_eq!((eeg.name.as_deref(), eeg.unit.as_deref()), (Some("EEG Fp1"), Some("uV")));
        assert_eq!((eeg.timing.rate(), resp.timing.rate()), (Some(2.0), Some(0.5)));
        assert_eq!(values(&recording, 0), (0..12).map(|value| f64::from(value) / 2.0).collect::<Vec<_>>());
        assert!(values(&recording, 1).iter().zip([0.0, 0.1, 0.2]).all(|(a, b)| (a - b).abs() < 1e-12));
        assert_eq!(eeg.minmax(1..11, 2).iter().map(|bin| bin.max).collect::<Vec<_>>(), [2.5, 5.0]);
        assert_eq!(resp.extent().map(|(low, high)| (low.abs() < 1e-12, high > 0.19)), Some((true, true)));
    }
}

#[test]
fn edf_that_is_cut_off_or_wrong() {
    let good = edf(b"0       ", 2);
    assert_eq!(open(&good[..good.len() - 1]).notes, ["the header promises 3 records, 2 are whole"]);
    assert!(refusal(&good[..1024]).contains("no whole record"));
    assert!(refusal(&good[..600]).contains("ends within the headers of its signals (3)"));
    let with = |at: usize, text: &str| {
        let mut bytes = good.clone();
        bytes[at..at + text.len()].copy_from_slice(text.as_bytes());
        bytes
    };
    assert!(open(&with(236, "-1      ")).channels[0].len() == 12);
    let start = |text: &str| open(&with(168, text)).start.map(|start| start.seconds);
    // 2016-11-24T13:58:58 and 1998-02-28, by `date -u`; a date that was taken out, and none.
    assert_eq!(start("24.11.1613.58.58"), Some(1_479_995_938));
    assert_eq!(start("28.02.9800.00.00"), Some(888_624_000));
    assert_eq!([start("01.01.8500.19.35"), start("30.02.9800.00.00"), start("X.X.X   12.00.00")], [None; 3]);
    assert_eq!(open(&with(244, "0       ")).channels[0].timing, Timing::Index);
    assert!(open(&with(192, "EDF+D")).notes[0].contains("interruptions"));
    let flat = with(256 + 104 * 3, "100     ");
    assert_eq!(open(&flat).notes, ["signal 1 has an empty range; its stored numbers are shown"]);
    assert_eq!(refusal(&with(252, "many")), "EDF, byte 252: the number of signals is \"many\", not a number");
    assert!(refusal(&with(252, "-1  ")).contains("not a count"));
    assert!(refusal(&with(184, "512     ")).contains("has 1024 bytes"));
    assert!(refusal(&with(256 + 216 * 3, "99999999")).contains("no whole record"));
}

#[test]
fn raw_samples_need_to_be_described() {
    let bytes: Vec<u8> = [1_i16, 10, 2, 20, 3, 30].iter().flat_map(|sample| sample.to_le_bytes()).collect();
    let raw = |channels, offset_bytes, dtype: &str| Options {
        raw: Some(RawOptions { dtype: dtype.parse().unwrap(), channels, offset_bytes }),
        rate: Some(1000.0),
        ..Options::default()
    };
    let recording = read(&bytes, "a.dat", &raw(2, 0, "int16")).unwrap();
    assert_eq!((values(&recording, 1), recording.rate()), (vec![10.0, 20.0, 30.0], Some(1000.0)));
    let recording = read(&bytes, "a.dat", &raw(2, 4, "<i2")).unwrap();
    assert_eq!(values(&recording, 0), [2.0, 3.0]);
    let recording = read(&bytes, "a.dat", &raw(4, 0, "i2")).unwrap();
    assert!(recording.notes[0].starts_with("the last 4 bytes fill no whole frame of 4 × int16 (8 bytes)"));
    for options in [raw(0, 0, "i2"), raw(2, 13, "i2"), raw(usize::MAX, 0, "f8")] {
        assert_eq!(read(&bytes, "", &options).unwrap_err().kind, ErrorKind::Options);
    }
    assert_eq!(read(&bytes, "", &raw(2, 12, "i2")).unwrap_err().kind, ErrorKind::Empty);
    let error = read(&[0, 1, 2, 3], "a.dat", &Options::default()).unwrap_err();
    assert!(error.to_string().contains("give their type (such as int16) and the number of channels"));
}

#[test]
fn slices_are_borrowed_and_floats_can_be_uploaded_as_they_are() {
    let wave = [1.0_f32, -2.0];
    let samples = glir_data::Samples::from(&wave[..]);
    assert_eq!(samples.as_f32_bytes(), Some(&[0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0][..]));
    assert_eq!(glir_data::Samples::from(&[1_u8][..]).as_f32_bytes(), None);
}

#[test]
fn known_strangers_are_named() {
    assert!(refusal(b"\x89HDF\r\n\x1a\n....").contains("HDF5"));
    assert!(refusal(b"\x1f\x8b\x08\x00").contains("gzip"));
    assert_eq!(refusal(b""), "the file is empty");
    assert_eq!(
        read(b"", "a", &Options { format: Some(Format::Wav), ..Options::default() }).unwrap_err().to_string(),
        "WAV: the file is empty"
    );
    let error = read(&[1, 2, 3], "a.npy", &Options::default()).unwrap_err();
    assert_eq!(error.to_string(), "the name promises NPY, the content is something else");
}

#[test]
fn samples_count_along_the_longer_axis_or_the_one_asked_for() {
    let array = |shape: &str, count: i32| {
        let header = format!("{{'descr': '<i4', 'fortran_order': False, 'shape': ({shape}), }}");
        let mut bytes = b"\x93NUMPY\x01\x00\x76\x00".to_vec();
        bytes.extend(format!("{header:<117}\n").bytes());
        bytes.extend((0..count).flat_map(i32::to_le_bytes));
        bytes
    };
    let along = |axis: Option<usize>| Options { along: axis, ..Options::default() };
    let wide = array("2, 5", 10);
    let read_wide = |axis| read(&wide, "a.npy", &along(axis)).unwrap();
    let longer = read_wide(None);
    assert_eq!((longer.channels.len(), values(&longer, 1)[0]), (2, 5.0));
    assert_eq!(longer.notes, ["of 2 × 5 numbers the longer axis counts the samples: 2 channels of 5"]);
    assert_eq!((read_wide(Some(1)).channels.len(), read_wide(Some(1)).notes.len()), (2, 0));
    let rows = read_wide(Some(0));
    assert_eq!((rows.channels.len(), values(&rows, 1), rows.notes.len()), (5, vec![1.0, 6.0], 0));
    let tall = array("5, 2", 10);
    let upright = read(&tall, "a.npy", &Options::default()).unwrap();
    assert_eq!((upright.channels.len(), upright.notes.len()), (2, 0));
    assert!(read(&tall, "a.npy", &along(Some(2))).unwrap_err().to_string().contains("along axis 0 or 1"));
    let table = glir_data::table::read(&wide, "a.npy", &Options::default()).unwrap();
    assert_eq!((table.columns.len(), table.notes.len()), (2, 1));
}

#[test]
fn recordings_are_joined_by_their_dates_or_their_own_times() {
    let csv = |text: &str| read(text.as_bytes(), "a.csv", &Options::default()).unwrap().into_owned();
    let joined = |parts: &[&str]| {
        let parts = parts.iter().enumerate().map(|(at, text)| (format!("part {at}"), csv(text))).collect();
        glir_data::join(parts)
    };
    let dated = |first: &str| format!("date,v,w\n{first}:00.5,1,2\n{first}:01.5,3,4\n{first}:03.5,5,6\n");
    let [later, earlier] = ["2024-03-01T12:01", "2024-03-01T12:00"].map(dated);
    let both = joined(&[&later, &earlier]).unwrap();
    assert_eq!(both.start, csv(&earlier).start);
    let times: Vec<[f64; 2]> =
        both.channels.iter().map(|channel| [channel.timing.at(0), channel.timing.at(2)]).collect();
    assert_eq!(times, [[60.0, 63.0], [60.0, 63.0], [0.0, 3.0], [0.0, 3.0]]);
    let names: Vec<&str> = both.channels.iter().filter_map(|channel| channel.name.as_deref()).collect();
    assert_eq!(names, ["part 0: v", "part 0: w", "part 1: v", "part 1: w"]);
    assert_eq!((both.format, both.notes.len()), (Some(glir_data::Format::Csv), 0));
    // One without a date: each has its own time.
    let mixed = joined(&[&later, "time (s),v\n5,1\n6,2\n"]).unwrap();
    assert_eq!((mixed.start, mixed.time_extent()), (None, Some((0.0, 6.0))));
    assert_eq!(mixed.channel(2).unwrap().timing.at(0), 5.0);
    assert_eq!(
        mixed.notes,
        ["not all recordings tell when they began, so each one's time counts from its own beginning"]
    );
    // Numbers of samples are no times.
    let error = joined(&["v\n1\n2\n", "time (s),v\n5,1\n6,2\n"]).unwrap_err().to_string();
    assert_eq!(
        error,
        "\"part 1\" tells the times of its samples and \"part 0\" does not, so they have no time axis in common unless a rate is given"
    );
    assert!(joined(&["v\n1\n2\n", "w\n1\n2\n3\n"]).is_ok_and(|both| both.len() == 3));
    assert!(joined(&[]).is_ok_and(|none| none.is_empty()));
}
