//! The few calls into librdkafka that the client crate has no safe form for; the only unsafe code of the project.
#![expect(unsafe_code, reason = "header names that are not UTF-8, a group's generation, leaving the process at once")]

use rdkafka::bindings as native;
use rdkafka::message::{BorrowedHeaders, Headers as _, OwnedHeaders};
use rdkafka::types::RDKafkaRespErr;
use std::ffi::CStr;
use std::ptr;

/// Gives a header by its place: the name's bytes, up to a NUL, and the value or null.
///
/// The client crate's own reader panics where the name is not UTF-8.
pub(super) fn header(headers: &OwnedHeaders, index: usize) -> Option<(&[u8], Option<&[u8]>)> {
    let borrowed: &BorrowedHeaders = headers.as_borrowed();
    let list = ptr::from_ref(borrowed).cast::<native::rd_kafka_headers_t>();
    let (mut name, mut value, mut size) = (ptr::null(), ptr::null(), 0);
    // SAFETY: a `&BorrowedHeaders` is the address of the native list (the crate makes it so and reads it so); the list
    // lives as long as `headers`, nothing changes it while it is borrowed, and name and value point into it.
    unsafe {
        let code = native::rd_kafka_header_get_all(list, index, &raw mut name, &raw mut value, &raw mut size);
        if code != RDKafkaRespErr::RD_KAFKA_RESP_ERR_NO_ERROR || name.is_null() {
            return None;
        }
        let value = (!value.is_null()).then(|| std::slice::from_raw_parts(value.cast::<u8>(), size));
        Some((CStr::from_ptr(name).to_bytes(), value))
    }
}

/// Gives all headers in their order.
pub(super) fn headers(headers: &OwnedHeaders) -> impl Iterator<Item = (&[u8], Option<&[u8]>)> {
    (0..headers.count()).filter_map(|index| header(headers, index))
}

/// Tells the consumer's generation in its group; none while it has no valid membership.
///
/// Offsets sent without a generation are taken by the broker as they are: such a transaction must be aborted.
pub(super) fn generation(consumer: *mut rdkafka::types::RDKafka) -> Option<i32> {
    // SAFETY: the pointer is of a living client (the caller holds it); the metadata is ours and destroyed once.
    let generation = unsafe {
        let metadata = native::rd_kafka_consumer_group_metadata(consumer);
        if metadata.is_null() {
            return None;
        }
        let generation = native::rd_kafka_consumer_group_metadata_generation_id(metadata);
        native::rd_kafka_consumer_group_metadata_destroy(metadata);
        generation
    };
    (generation >= 0).then_some(generation)
}

/// Ends the process at once, without destructors that could wait for a broker.
pub(super) fn exit_now(code: i32) -> ! {
    // SAFETY: `_exit` takes any code and returns nothing.
    unsafe { libc::_exit(code) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rdkafka::message::Header;

    #[test]
    fn null_empty_and_repeated_headers_are_told_apart() {
        let list = OwnedHeaders::new()
            .insert(Header { key: "a", value: Some("1") })
            .insert(Header { key: "a", value: None::<&str> })
            .insert(Header { key: "", value: Some("") });
        let found: Vec<_> = headers(&list).collect();
        assert_eq!(found, [(&b"a"[..], Some(&b"1"[..])), (b"a", None), (b"", Some(b""))]);
        assert_eq!(header(&list, 3), None);
    }
}
