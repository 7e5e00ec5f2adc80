//! One value for all items, or one for each.

use crate::error::{Result, refuse};

/// An attribute of items: the same for all, or one for each.
///
/// ```
/// use glir_visuals::Each;
///
/// let same: Each<f32> = 3.0.into();
/// let own: Each<f32> = vec![1.0, 2.0].into();
/// assert_eq!((same.at(7), own.at(1)), (3.0, 2.0));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum Each<T> {
    /// The same for all.
    One(T),
    /// One for each item; there must be as many as items.
    Each(Vec<T>),
}

impl<T: Clone> Each<T> {
    /// The value of an item. Behind the end of a list stands its last one.
    ///
    /// # Panics
    ///
    /// Never, unless the list is empty; visuals refuse lists that are not as long as their data.
    pub fn at(&self, item: usize) -> T {
        match self {
            Each::One(value) => value.clone(),
            Each::Each(values) => values[item.min(values.len().saturating_sub(1))].clone(),
        }
    }

    /// The value that all have.
    pub fn one(&self) -> Option<&T> {
        match self {
            Each::One(value) => Some(value),
            Each::Each(_) => None,
        }
    }

    /// Refuses a list of another length than there are items.
    ///
    /// # Errors
    /// A list of another length: the sentence tells both.
    pub fn hold(&self, what: &str, items: usize) -> Result<()> {
        match self {
            Each::Each(values) if values.len() != items => {
                refuse(format!("{items} items were given {} values of `{what}`", values.len()))
            }
            _ => Ok(()),
        }
    }
}

impl<T> From<T> for Each<T> {
    fn from(value: T) -> Self {
        Each::One(value)
    }
}

impl<T> From<Vec<T>> for Each<T> {
    fn from(values: Vec<T>) -> Self {
        Each::Each(values)
    }
}

impl<T: Clone> From<&[T]> for Each<T> {
    fn from(values: &[T]) -> Self {
        Each::Each(values.to_vec())
    }
}
