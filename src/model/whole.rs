//! A record of a topic as a whole.

/// Everything of one record, as it stood in its topic; never shown.
pub struct WholeRecord<'a> {
    /// Milliseconds since 1970-01-01 UTC.
    pub time: Option<i64>,
    /// The key; none where it is null.
    pub key: Option<&'a [u8]>,
    /// The value; none where it is null.
    pub value: Option<&'a [u8]>,
    /// Names and values of the headers, in their order; a value is none where it is null.
    pub headers: Vec<(&'a [u8], Option<&'a [u8]>)>,
}

/// Says nothing of what is in it.
impl std::fmt::Debug for WholeRecord<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WholeRecord").finish_non_exhaustive()
    }
}

/// Where a record stands in its topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TopicPlace<'a> {
    /// The topic's name.
    pub topic: &'a str,
    /// The partition.
    pub partition: i32,
    /// The offset in the partition.
    pub offset: i64,
}
