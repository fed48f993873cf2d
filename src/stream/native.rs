//! The few calls into librdkafka that the client crate has no safe form for; the only unsafe code of the project.
#![expect(
    unsafe_code,
    reason = "header names that are not UTF-8, a group's generation, what we may do, leaving the process at once"
)]

use rdkafka::bindings as native;
use rdkafka::error::RDKafkaErrorCode;
use rdkafka::message::{BorrowedHeaders, Headers as _, OwnedHeaders};
use rdkafka::types::{RDKafka, RDKafkaRespErr};
use std::ffi::{CStr, CString, c_int};
use std::ptr;
use std::time::Duration;

const NO_ERROR: RDKafkaRespErr = RDKafkaRespErr::RD_KAFKA_RESP_ERR_NO_ERROR;

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
        if code != NO_ERROR || name.is_null() {
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

/// Tells how many bytes names and values of headers take, with what they cost on the wire, about.
pub(super) fn size(list: &OwnedHeaders) -> usize {
    headers(list).map(|(name, value)| name.len() + value.map_or(0, <[u8]>::len) + HEADER).sum()
}

/// Two lengths, each of one to three bytes.
const HEADER: usize = 4;

/// Tells the consumer's generation in its group; none while it has no valid membership.
///
/// Offsets sent without a generation are taken by the broker as they are: such a transaction must be aborted.
pub(super) fn generation(consumer: *mut RDKafka) -> Option<i32> {
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

/// What the broker says that we may do with a topic or a group; where it knows no rights, everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rights {
    pub(super) read: bool,
    pub(super) write: bool,
}

/// What the broker says of a consumer group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Group {
    pub(super) rights: Option<Rights>,
    pub(super) members: usize,
}

/// Asks what we may do with a topic; none where the broker does not say.
///
/// The pointer must be of a client that lives until this returns.
pub(super) fn topic_rights(client: *mut RDKafka, topic: &str, within: Duration) -> Option<Rights> {
    let topic = CString::new(topic).ok()?;
    let mut name = topic.as_ptr();
    let api = native::rd_kafka_admin_op_t::RD_KAFKA_ADMIN_OP_DESCRIBETOPICS;
    // SAFETY: the collection copies the name, the request copies the collection; both are ours and destroyed once.
    let answer = ask(client, api, within, |options, queue| unsafe {
        let topics = native::rd_kafka_TopicCollection_of_topic_names(&raw mut name, 1);
        native::rd_kafka_DescribeTopics(client, topics, options, queue);
        native::rd_kafka_TopicCollection_destroy(topics);
    })
    .ok()?;
    // SAFETY: what the result holds lives as long as the answer; an answer of another kind gives a null result.
    unsafe {
        let result = native::rd_kafka_event_DescribeTopics_result(answer.0);
        if result.is_null() {
            return None;
        }
        let mut count = 0;
        let topics = native::rd_kafka_DescribeTopics_result_topics(result, &raw mut count);
        if topics.is_null() || count == 0 {
            return None;
        }
        let operations = native::rd_kafka_TopicDescription_authorized_operations(*topics, &raw mut count);
        rights(operations, count)
    }
}

/// Asks what we may do with a consumer group, and how many members it has.
///
/// The pointer must be of a client that lives until this returns.
///
/// # Errors
/// Where the broker does not say.
pub(super) fn group(client: *mut RDKafka, group: &str, within: Duration) -> Result<Group, RDKafkaErrorCode> {
    let group = CString::new(group).map_err(|_| RDKafkaErrorCode::InvalidArgument)?;
    let mut name = group.as_ptr();
    let api = native::rd_kafka_admin_op_t::RD_KAFKA_ADMIN_OP_DESCRIBECONSUMERGROUPS;
    // SAFETY: the request copies the name.
    let answer = ask(client, api, within, |options, queue| unsafe {
        native::rd_kafka_DescribeConsumerGroups(client, &raw mut name, 1, options, queue);
    })?;
    // SAFETY: what the result holds lives as long as the answer; an answer of another kind gives a null result.
    unsafe {
        let result = native::rd_kafka_event_DescribeConsumerGroups_result(answer.0);
        if result.is_null() {
            return Err(RDKafkaErrorCode::Fail);
        }
        let mut count = 0;
        let groups = native::rd_kafka_DescribeConsumerGroups_result_groups(result, &raw mut count);
        if groups.is_null() || count == 0 {
            return Err(RDKafkaErrorCode::Fail);
        }
        let first = *groups;
        let error = native::rd_kafka_ConsumerGroupDescription_error(first);
        let code = if error.is_null() { NO_ERROR } else { native::rd_kafka_error_code(error) };
        if code != NO_ERROR {
            return Err(code.into());
        }
        let members = native::rd_kafka_ConsumerGroupDescription_member_count(first);
        let operations = native::rd_kafka_ConsumerGroupDescription_authorized_operations(first, &raw mut count);
        Ok(Group { rights: rights(operations, count), members })
    }
}

/// An answer to a question of an administrator; its memory is given back when dropped.
struct Answer(*mut native::rd_kafka_event_t);

impl Drop for Answer {
    fn drop(&mut self) {
        // SAFETY: made by the queue's poll, not null, destroyed once.
        unsafe { native::rd_kafka_event_destroy(self.0) }
    }
}

/// Asks a question with the rights included in its answer, and waits.
fn ask(
    client: *mut RDKafka,
    api: native::rd_kafka_admin_op_t,
    within: Duration,
    question: impl FnOnce(*const native::rd_kafka_AdminOptions_t, *mut native::rd_kafka_queue_t),
) -> Result<Answer, RDKafkaErrorCode> {
    let millis = c_int::try_from(within.as_millis()).unwrap_or(c_int::MAX);
    // SAFETY: the caller holds the client; options and queue are ours and destroyed once, after the answer has come or
    // was given up: the client keeps its own reference to the queue of a question that is under way.
    unsafe {
        let options = native::rd_kafka_AdminOptions_new(client, api);
        let queue = native::rd_kafka_queue_new(client);
        native::rd_kafka_AdminOptions_set_request_timeout(options, millis, ptr::null_mut(), 0);
        let refused = native::rd_kafka_AdminOptions_set_include_authorized_operations(options, 1);
        if !refused.is_null() {
            native::rd_kafka_error_destroy(refused);
        }
        question(options, queue);
        let event = native::rd_kafka_queue_poll(queue, millis);
        native::rd_kafka_queue_destroy(queue);
        native::rd_kafka_AdminOptions_destroy(options);
        if event.is_null() {
            return Err(RDKafkaErrorCode::OperationTimedOut);
        }
        let answer = Answer(event);
        match native::rd_kafka_event_error(event) {
            NO_ERROR => Ok(answer),
            code => Err(code.into()),
        }
    }
}

/// Reads a list of operations; a null one says nothing.
///
/// # Safety
/// The list must be null, or hold so many operations.
unsafe fn rights(operations: *const native::rd_kafka_AclOperation_t, count: usize) -> Option<Rights> {
    use native::rd_kafka_AclOperation_t as Operation;
    if operations.is_null() {
        return None;
    }
    // SAFETY: the caller says so.
    let list = unsafe { std::slice::from_raw_parts(operations, count) };
    let may = |operation| list.contains(&operation) || list.contains(&Operation::RD_KAFKA_ACL_OPERATION_ALL);
    Some(Rights {
        read: may(Operation::RD_KAFKA_ACL_OPERATION_READ),
        write: may(Operation::RD_KAFKA_ACL_OPERATION_WRITE),
    })
}

/// Ends the process at once, without destructors that could wait for a broker.
pub(super) fn exit_now(code: i32) -> ! {
    // SAFETY: `_exit` takes any code and returns nothing.
    unsafe { libc::_exit(code) }
}

/// Makes a client fail for good, as librdkafka offers for tests; the pointer must be of a living client.
#[cfg(test)]
pub(super) fn fail(client: *mut RDKafka, code: RDKafkaErrorCode) {
    let code = match code {
        RDKafkaErrorCode::OutOfOrderSequenceNumber => RDKafkaRespErr::RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER,
        other => panic!("no test needs {other}"),
    };
    // SAFETY: the caller holds the client; the reason is copied.
    unsafe { native::rd_kafka_test_fatal_error(client, code, c"a test".as_ptr()) };
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
        assert_eq!(size(&list), 3 + 3 * HEADER);
    }
}
