//! The part of a list that an operation reads.

/// The part of a list to read.
#[derive(Clone, Debug)]
pub struct PageRequest {
    /// Cursor of the last object before it.
    pub after: Option<String>,
    pub limit: u64,
}

/// The cursor is not from the list.
#[derive(Debug)]
pub struct WrongCursor;

impl PageRequest {
    /// Returns the ID that the cursor is.
    pub fn after_id<I>(&self, parse: fn(&str) -> Option<I>) -> Result<Option<I>, WrongCursor> {
        let read = |text: &String| parse(text).ok_or(WrongCursor);
        self.after.as_ref().map(read).transpose()
    }
}

impl Default for PageRequest {
    fn default() -> Self {
        let (after, limit) = (None, 200);
        Self { after, limit }
    }
}
