//! Tables, arrays and pictures.
#![allow(clippy::unwrap_used, clippy::panic)] // a helper that fails is a test that fails

use glir_data::picture::Pixels;
use glir_data::table::Content;
use glir_data::{Element, ErrorKind, Options, Table, array, picture, table};
use npyz::WriterBuilder;

fn values(table: &Table<'_>, column: &str) -> Vec<f64> {
    let channel = &table.column(column).unwrap().channel;
    let mut values = vec![0.0; channel.len()];
    channel.read_f64(0, &mut values);
    values
}

fn npy(count: u32, shape: &[u64], order: npyz::Order) -> Vec<u8> {
    let mut bytes = Vec::new();
    let options = npyz::WriteOptions::new().default_dtype().shape(shape).order(order);
    let mut writer = options.writer(&mut bytes).begin_nd().unwrap();
    writer.extend((0..count).map(|value| value as f32)).unwrap();
    writer.finish().unwrap();
    bytes
}

/// An archive of stored members, from the format's specification.
fn npz(members: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for (name, data) in members {
        let name = format!("{name}.npy");
        let mut common = vec![20, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        common.extend(crc32fast::hash(data).to_le_bytes());
        common.extend([(data.len() as u32).to_le_bytes(); 2].concat());
        common.extend((name.len() as u32).to_le_bytes());
        directory.extend(
            [&b"PK\x01\x02\x14\x00"[..], &common, &[0; 10], &(bytes.len() as u32).to_le_bytes()].concat(),
        );
        directory.extend(name.as_bytes());
        bytes.extend([&b"PK\x03\x04"[..], &common, name.as_bytes(), data].concat());
    }
    let (start, count) = (bytes.len() as u32, (members.len() as u16).to_le_bytes());
    let size = (directory.len() as u32).to_le_bytes();
    bytes.extend(
        [&directory[..], b"PK\x05\x06\0\0\0\0", &count, &count, &size, &start.to_le_bytes(), &[0, 0]]
            .concat(),
    );
    bytes
}

#[test]
fn columns_of_text_keep_time_and_count_words() {
    let text = b"time,who,Value (kg),when,clock\n0,a,1.5,2000-01-01,12:00\n1,b,,2000-01-02T00:00:30Z,12:30\n";
    let table = table::read(text, "a.csv", &Options::default()).unwrap();
    assert_eq!(values(&table, "time"), [0.0, 1.0]);
    assert_eq!(values(&table, "value")[0], 1.5);
    assert!(values(&table, "2")[1].is_nan());
    assert_eq!(table.column("value").unwrap().channel.unit.as_deref(), Some("kg"));
    // 10,957 days after 1970.
    assert_eq!(values(&table, "when"), [0.0, 86_430e6]);
    assert_eq!(table.column("when").unwrap().content, Content::Dates { epoch: 946_684_800 });
    assert_eq!(
        (values(&table, "clock"), table.column("4").unwrap().content),
        (vec![43_200.0, 45_000.0], Content::Clock)
    );
    let missing = table.column("1").unwrap_err();
    assert_eq!(missing.kind, ErrorKind::Options);
    assert_eq!(
        missing.to_string(),
        "there is no column \"1\"; there are \"time\" (0), \"Value\" (2), \"when\" (3), \"clock\" (4)"
    );
}

#[test]
fn a_year_of_dates_is_whole_microseconds() {
    let text = b"when,v\n2024-01-01,1\n,2\n2024-12-31T23:59:59.999999,3\n2024-12-31T23:59:59.9999995,3\n";
    let table = table::read(text, "a.csv", &Options::default()).unwrap();
    let when = values(&table, "when");
    // Half of a leap year is 183 days, and the middle lies before their end.
    assert_eq!(table.columns[0].content, Content::Dates { epoch: 1_704_067_200 + 182 * 86_400 });
    assert_eq!((when[0], when[2]), (-182.0 * 86_400e6, 184.0 * 86_400e6 - 1.0));
    assert!(when[1].is_nan() && when[3] - when[2] == 0.5, "{when:?}");
    // The farthest years there are, and a column of but one.
    let text = b"a,b\n0001-01-01,2024-01-01T12:00\n9999-12-31,\n";
    let far = table::read(text, "a.csv", &Options::default()).unwrap();
    assert_eq!(values(&far, "b")[0], 43_200e6);
    let days = (values(&far, "a")[1] - values(&far, "a")[0]) / 86_400e6;
    assert_eq!(days, 3_652_058.0);
}

#[test]
fn columns_of_arrays() {
    let bytes = npy(6, &[3, 2], npyz::Order::C);
    let table = table::read(&bytes, "a.npy", &Options::default()).unwrap();
    assert_eq!((values(&table, "0"), values(&table, "1")), (vec![0.0, 2.0, 4.0], vec![1.0, 3.0, 5.0]));
    let archive = npz(&[
        ("x", npy(3, &[3], npyz::Order::C)),
        ("cube", npy(8, &[2, 2, 2], npyz::Order::C)),
        ("xy", npy(6, &[3, 2], npyz::Order::C)),
    ]);
    let table = table::read(&archive, "a.npz", &Options::default()).unwrap();
    assert_eq!(values(&table, "xy[1]"), [1.0, 3.0, 5.0]);
    assert_eq!((table.columns.len(), table.notes.len()), (3, 1));
    let only = Options { array: Some("x".into()), ..Options::default() };
    assert_eq!(table::read(&archive, "a.npz", &only).unwrap().columns.len(), 1);
    // An array with planes is wanted: the first is not the one.
    let array = array::read(&archive, "a.npz", &Options::default()).unwrap();
    assert_eq!((array.name.as_deref(), &array.shape[..]), (Some("cube"), &[2, 2, 2][..]));
}

#[test]
fn arrays_run_along_their_last_axis() {
    for (order, expected) in [
        (npyz::Order::C, [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]),
        // Stored column by column.
        (npyz::Order::Fortran, [0.0, 2.0, 4.0, 1.0, 3.0, 5.0]),
    ] {
        let bytes = npy(6, &[2, 3], order);
        let array = array::read(&bytes, "a.npy", &Options::default()).unwrap();
        assert_eq!((&array.shape[..], array.element()), (&[2, 3][..], Element::F32));
        assert_eq!(array.to_f32(), expected);
        assert_eq!(array.to_f64(), expected.map(f64::from));
    }
    let volume = npy(24, &[2, 3, 4], npyz::Order::Fortran);
    let volume = array::read(&volume, "a.npy", &Options::default()).unwrap().to_f32();
    assert_eq!((volume[0], volume[1], volume[4], volume[12]), (0.0, 6.0, 2.0, 1.0));
    let text = array::read(b"a,b\n1,2\n3,\n", "a.csv", &Options::default()).unwrap();
    assert_eq!((&text.shape[..], &text.to_f32()[..3]), (&[2, 2][..], &[1.0, 2.0, 3.0][..]));
    assert!(
        array::read(b"RIFF....WAVE", "a", &Options::default())
            .unwrap_err()
            .to_string()
            .contains("WAV holds no array")
    );
}

fn png(
    color: png::ColorType,
    depth: png::BitDepth,
    size: [u32; 2],
    data: &[u8],
    palette: Option<&[u8]>,
) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, size[0], size[1]);
    encoder.set_color(color);
    encoder.set_depth(depth);
    if let Some(palette) = palette {
        encoder.set_palette(palette.to_vec());
    }
    encoder.write_header().unwrap().write_image_data(data).unwrap();
    bytes
}

#[test]
fn png_of_every_kind() {
    use png::{BitDepth, ColorType};
    let grey =
        picture::read(&png(ColorType::Grayscale, BitDepth::One, [2, 1], &[0b0100_0000], None)).unwrap();
    assert_eq!(grey.pixels, Pixels::U8 { channels: 1, data: vec![0, 255] });
    let deep = picture::read(&png(ColorType::Grayscale, BitDepth::Sixteen, [1, 2], &[1, 2, 255, 255], None))
        .unwrap();
    assert_eq!(deep.pixels, Pixels::U16 { channels: 1, data: vec![258, 65_535] });
    assert_eq!((deep.to_rgba8(), deep.to_grey()[1]), (vec![1, 1, 1, 255, 255, 255, 255, 255], 1.0));
    let colors = picture::read(&png(
        ColorType::Indexed,
        BitDepth::Eight,
        [2, 1],
        &[1, 0],
        Some(&[9, 8, 7, 255, 0, 0]),
    ))
    .unwrap();
    assert_eq!(colors.to_rgba8(), [255, 0, 0, 255, 9, 8, 7, 255]);
    let alpha = picture::read(&png(ColorType::Rgba, BitDepth::Eight, [1, 1], &[1, 2, 3, 4], None)).unwrap();
    assert_eq!((alpha.pixels.channels(), alpha.to_rgba8()), (4, vec![1, 2, 3, 4]));
    let pair =
        picture::read(&png(ColorType::GrayscaleAlpha, BitDepth::Eight, [1, 1], &[9, 4], None)).unwrap();
    assert_eq!((pair.to_rgba8(), pair.to_grey()), (vec![9, 9, 9, 4], vec![9.0 / 255.0]));
}

fn jpeg(color: jpeg_encoder::ColorType, data: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    jpeg_encoder::Encoder::new(&mut bytes, 100).encode(data, 16, 8, color).unwrap();
    bytes
}

#[test]
fn jpeg_of_grey_and_colour() {
    let grey = picture::read(&jpeg(jpeg_encoder::ColorType::Luma, &[100; 128])).unwrap();
    assert_eq!((grey.width, grey.height, grey.pixels.channels()), (16, 8, 1));
    assert!(grey.to_rgba8().chunks(4).all(|pixel| pixel[0].abs_diff(100) <= 1));
    let red: Vec<u8> = [200, 30, 10].repeat(128);
    let red = picture::read(&jpeg(jpeg_encoder::ColorType::Rgb, &red)).unwrap();
    let close = |pixel: &[u8]| {
        pixel.iter().zip([200, 30, 10, 255]).all(|(found, wanted)| found.abs_diff(wanted) <= 3)
    };
    assert!(red.pixels.channels() == 3 && red.to_rgba8().chunks(4).all(close));
}

#[test]
fn pictures_are_turned_as_their_cameras_noted() {
    // Exif of one entry, the tag 274, in the byte order of Motorola.
    let exif = |turn: u8| {
        let mut bytes = b"MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01".to_vec();
        bytes.extend([0, turn, 0, 0, 0, 0, 0, 0]);
        bytes
    };
    // Three pixels above three: what is at the top and at the left of the picture for each value (Exif 2.32, 4.6.4).
    let upright = |turn: u8| {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, 3, 2);
        encoder.set_color(png::ColorType::Grayscale);
        let mut writer = encoder.write_header().unwrap();
        writer.write_chunk(png::chunk::ChunkType(*b"eXIf"), &exif(turn)).unwrap();
        writer.write_image_data(&[1, 2, 3, 4, 5, 6]).unwrap();
        drop(writer);
        let picture = picture::read(&bytes).unwrap();
        let Pixels::U8 { data, .. } = picture.pixels else { panic!("8 bits") };
        (picture.width, data)
    };
    let expected: [(u32, [u8; 6]); 8] = [
        (3, [1, 2, 3, 4, 5, 6]),
        (3, [3, 2, 1, 6, 5, 4]),
        (3, [6, 5, 4, 3, 2, 1]),
        (3, [4, 5, 6, 1, 2, 3]),
        (2, [1, 4, 2, 5, 3, 6]),
        (2, [4, 1, 5, 2, 6, 3]),
        (2, [6, 3, 5, 2, 4, 1]),
        (2, [3, 6, 2, 5, 1, 4]),
    ];
    for (turn, (width, pixels)) in (1..).zip(expected) {
        assert_eq!(upright(turn), (width, pixels.to_vec()), "{turn}");
    }
    assert_eq!(upright(9).0, 3);
    // A photograph's own bytes, and Exif that is cut.
    let photo = |exif: &[u8]| {
        let mut bytes = Vec::new();
        let mut encoder = jpeg_encoder::Encoder::new(&mut bytes, 100);
        encoder.add_app_segment(1, [&b"Exif\0\0"[..], exif].concat()).unwrap();
        encoder.encode(&[100; 128], 16, 8, jpeg_encoder::ColorType::Luma).unwrap();
        let picture = picture::read(&bytes).unwrap();
        (picture.width, picture.height)
    };
    assert_eq!((photo(&exif(6)), photo(&exif(1)), photo(&exif(6)[..20])), ((8, 16), (16, 8), (16, 8)));
}

#[test]
fn pictures_that_lie_are_refused() {
    let refusal = |bytes: &[u8]| picture::read(bytes).unwrap_err().to_string();
    assert_eq!(refusal(b""), "the file is empty");
    assert_eq!(refusal(b"GIF89a"), "this is no picture in PNG or JPEG");
    let good = png(png::ColorType::Rgb, png::BitDepth::Eight, [20, 20], &[7; 1200], None);
    assert_eq!(refusal(&good[..60]), "PNG: the file ends within the picture");
    // In a checksum, and in data.
    let damaged = |at: usize| {
        let mut bytes = good.clone();
        bytes[at] ^= 1;
        refusal(&bytes)
    };
    assert_eq!(damaged(30), "PNG: the picture is damaged: the checksum of a part of it is wrong");
    assert_eq!(damaged(45), "PNG: the picture is damaged: Corrupt deflate stream");
    let mut lying = good;
    lying[16..24].copy_from_slice(&[0, 0, 0x3f, 0xff, 0, 0, 0x3f, 0xff]);
    let crc = crc32fast::hash(&lying[12..29]);
    lying[29..33].copy_from_slice(&crc.to_be_bytes());
    assert_eq!(refusal(&lying), "PNG: 16383 × 16383 pixels are more than the file can hold");
    let whole = jpeg(jpeg_encoder::ColorType::Rgb, &(0..384).map(|at| (at * 7) as u8).collect::<Vec<_>>());
    assert!(picture::read(&whole).is_ok());
    for missing in [2, 20, 60] {
        let cut = &whole[..whole.len() - missing];
        assert_eq!(refusal(cut), "JPEG: the file ends within the picture", "{missing} bytes less");
    }
    // Wherever it is cut, and whatever is wrong, sentences have an end.
    for length in 3..whole.len() - 1 {
        assert_eq!(refusal(&whole[..length]), "JPEG: the file ends within the picture", "{length} bytes");
    }
    for at in 3..whole.len() - 2 {
        let mut odd = whole.clone();
        odd[at] = 0xff;
        let Err(error) = picture::read(&odd) else { continue };
        let told = error.to_string();
        assert!(told.starts_with("JPEG: ") && !told.contains('…') && told.chars().count() < 160, "{told}");
    }
    let mut huge = jpeg(jpeg_encoder::ColorType::Luma, &[100; 128]);
    let frame = huge.windows(2).position(|two| two == [0xff, 0xc0]).unwrap();
    huge[frame + 5..frame + 9].copy_from_slice(&[0x7f, 0xff, 0x7f, 0xff]);
    assert_eq!(refusal(&huge), "JPEG: 32767 × 32767 pixels are over the limit of 268435456");
}

#[test]
fn the_sample_volume_is_read() {
    let bytes = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/samples/orbital.npy")).unwrap();
    let volume = array::read(&bytes, "orbital.npy", &Options::default()).unwrap();
    assert_eq!((&volume.shape[..], volume.element()), (&[44, 44, 44][..], Element::U8));
    let values = volume.to_f32();
    let at = |x: usize, y: usize, z: usize| values[(z * 44 + y) * 44 + x];
    assert_eq!(values.iter().copied().fold(0.0, f32::max), 255.0);
    // The lobes lie along z, the ring around it, and the density is the same on either side.
    assert!(at(22, 22, 7) > 1.5 * at(7, 22, 22) && at(22, 22, 7) == at(21, 21, 36));
}

#[test]
fn recordings_are_tables_with_their_times_in_front() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/recordings/mit-bih-208/ecg.edf");
    let bytes = std::fs::read(path).unwrap();
    let table = table::read(&bytes, "ecg.edf", &Options::default()).unwrap();
    let time = &table.columns[0];
    assert_eq!((time.content, time.number), (Content::Elapsed, table.columns.len() - 1));
    assert_eq!(time.channel.value(360), Some(1.0));
    assert_eq!(table.columns[1].number, 0);
    assert_eq!(table.column("time").unwrap().channel.len(), table.columns[1].channel.len());
}
