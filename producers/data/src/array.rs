//! Arrays with their shape: pictures and volumes of numbers from NPY, NPZ and text.
//!
//! ```
//! let array = glir_data::array::read(b"1,2,3\n4,5,6\n", "a.csv", &Default::default())?;
//! assert_eq!(array.shape, [2, 3]);
//! assert_eq!(array.to_f32(), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
//! # Ok::<(), glir_data::Error>(())
//! ```

use crate::error::{ErrorKind, Place};
use crate::{CsvOptions, Element, Error, Format, Options, Samples, TimeColumn, csv, npy, npz};

/// An array of any number of axes. Its elements stay as they are stored, in the file's own memory if that is not compressed.
#[derive(Clone, Debug)]
pub struct Array<'a> {
    /// The name within an NPZ archive.
    pub name: Option<String>,
    /// The length of each axis; of a picture height and width, of a volume depth, height and width.
    pub shape: Vec<usize>,
    /// Whether the first axis runs fastest in `samples`, instead of the last.
    pub(crate) fortran: bool,
    pub(crate) samples: Samples<'a>,
    /// What was passed over, in sentences for the user.
    pub notes: Vec<String>,
}

impl Array<'_> {
    /// The number of elements.
    pub fn len(&self) -> usize {
        self.samples.len()
    }

    /// Whether there is none; what is read has some.
    pub fn is_empty(&self) -> bool {
        self.samples.is_empty()
    }

    /// The type in which the elements are stored.
    pub fn element(&self) -> Element {
        self.samples.element()
    }

    /// All elements, the last axis fastest.
    pub fn to_f32(&self) -> Vec<f32> {
        let mut values = vec![0.0; self.len()];
        self.samples.read(0, (1.0, 0.0), &mut values);
        self.ordered(values)
    }

    /// All elements without rounding to single precision, the last axis fastest.
    pub fn to_f64(&self) -> Vec<f64> {
        let mut values = vec![0.0; self.len()];
        self.samples.read(0, (1.0, 0.0), &mut values);
        self.ordered(values)
    }

    fn ordered<T: Copy>(&self, values: Vec<T>) -> Vec<T> {
        if !self.fortran || self.shape.len() < 2 {
            return values;
        }
        let mut strides = Vec::with_capacity(self.shape.len());
        let mut stride = 1;
        for length in &self.shape {
            strides.push(stride);
            stride *= length;
        }
        let mut index = vec![0; self.shape.len()];
        let mut ordered = Vec::with_capacity(values.len());
        for _ in 0..values.len() {
            let at: usize = index.iter().zip(&strides).map(|(index, stride)| index * stride).sum();
            ordered.extend(values.get(at));
            for (index, length) in index.iter_mut().zip(&self.shape).rev() {
                *index += 1;
                if *index < *length {
                    break;
                }
                *index = 0;
            }
        }
        ordered
    }
}

/// Reads an array out of a file's bytes: NPY, of NPZ the array that `options` name (else the first of two axes or more), of
/// text all columns of numbers as rows × columns.
///
/// # Errors
/// One [`Error`] that names the format and the line or byte. No input makes it panic.
pub fn read<'a>(bytes: &'a [u8], name: &str, options: &Options) -> Result<Array<'a>, Error> {
    let format = options.format.map_or_else(|| Format::detect(bytes, name), Ok)?;
    match format {
        Format::Npy => npy::shaped(format, bytes.into()),
        Format::Npz => npz::shaped(bytes, options.array.as_deref()),
        Format::Csv | Format::Tsv => {
            let csv_options = CsvOptions { time: TimeColumn::None, ..options.csv.clone() };
            let read = csv::columns(bytes, &csv_options, false);
            let csv::Columns { columns, notes, .. } = read.map_err(|error| error.of_text(format))?;
            let rows = columns.iter().map(|column| column.channel.len()).max().unwrap_or(0);
            let width = columns.len();
            let mut packed = vec![0; rows * width * 8];
            let mut values = vec![f64::NAN; rows];
            for (index, column) in columns.iter().enumerate() {
                column.channel.read_f64(0, &mut values);
                let cells = packed.as_chunks_mut::<8>().0.iter_mut().skip(index).step_by(width);
                for (to, value) in cells.zip(&values) {
                    *to = value.to_le_bytes();
                }
            }
            let samples = Samples::owned(packed, Element::F64, crate::Endian::Little);
            Ok(Array { name: None, shape: vec![rows, width], fortran: false, samples, notes })
        }
        other => Err(Error {
            format: None,
            place: Place::File,
            kind: ErrorKind::Unsupported,
            message: format!("{other} holds no array; NPY, NPZ and CSV do"),
        }),
    }
}
