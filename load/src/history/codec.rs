//! Calls as bytes: a fixed head in little endian, then the two bodies as they were on the wire.
//!
//! Not JSON, because a run at tens of thousands of calls a second must not spend its cores on writing down what it did.

use anyhow::{Result, bail};
use bytes::{Buf, Bytes};
use uuid::Uuid;

use super::Call;
use crate::api::CallKind;

const HEAD_BYTES: usize = 1 + 4 + 8 + 8 + 2 + 16 + 8 + 8 + 8 + 2 + 4 + 4;

pub fn write(call: &Call, out: &mut Vec<u8>) {
    out.push(call.kind as u8);
    out.extend_from_slice(&call.show.to_le_bytes());
    out.extend_from_slice(&call.buyer.to_le_bytes());
    out.extend_from_slice(&call.key.to_le_bytes());
    out.extend_from_slice(&call.attempt.to_le_bytes());
    out.extend_from_slice(call.subject.as_bytes());
    out.extend_from_slice(&call.min_position.to_le_bytes());
    out.extend_from_slice(&call.started_us.to_le_bytes());
    out.extend_from_slice(&call.ended_us.to_le_bytes());
    out.extend_from_slice(&call.status.to_le_bytes());
    out.extend_from_slice(&length(&call.request).to_le_bytes());
    out.extend_from_slice(&length(&call.answer).to_le_bytes());
    out.extend_from_slice(&call.request);
    out.extend_from_slice(&call.answer);
}

fn length(body: &[u8]) -> u32 {
    u32::try_from(body.len()).expect("no body of this API has 4 GB")
}

/// All calls of a file. A torn end is an error: a history with a hole proves nothing.
pub fn read(mut bytes: Bytes) -> Result<Vec<Call>> {
    let mut calls = Vec::new();
    while bytes.has_remaining() {
        if bytes.remaining() < HEAD_BYTES {
            bail!("the history is torn after {} calls", calls.len());
        }
        let code = bytes.get_u8();
        let Some(kind) = CallKind::from_code(code) else {
            bail!("call {} of the history has the unknown kind {code}", calls.len());
        };
        let mut call = Call {
            kind,
            show: bytes.get_u32_le(),
            buyer: bytes.get_u64_le(),
            key: bytes.get_u64_le(),
            attempt: bytes.get_u16_le(),
            subject: Uuid::from_u128(bytes.get_u128()),
            min_position: bytes.get_u64_le(),
            started_us: bytes.get_i64_le(),
            ended_us: bytes.get_i64_le(),
            status: bytes.get_u16_le(),
            request: Bytes::new(),
            answer: Bytes::new(),
        };
        let (request, answer) = (bytes.get_u32_le() as usize, bytes.get_u32_le() as usize);
        if bytes.remaining() < request + answer {
            bail!("the history is torn after {} calls", calls.len());
        }
        call.request = bytes.split_to(request);
        call.answer = bytes.split_to(answer);
        calls.push(call);
    }
    Ok(calls)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(number: u64) -> Call {
        Call {
            kind: CallKind::Confirm,
            show: 3,
            buyer: number,
            key: 9,
            attempt: 2,
            subject: Uuid::from_u128(77),
            min_position: 5,
            started_us: -1,
            ended_us: 12,
            status: 201,
            request: Bytes::from_static(b"{\"payment_reference\":\"x\"}"),
            answer: Bytes::from_static(b"{}"),
        }
    }

    #[test]
    fn what_was_written_is_read() {
        let mut bytes = Vec::new();
        write(&call(1), &mut bytes);
        write(&call(2), &mut bytes);
        assert_eq!(read(bytes.into()).expect("whole"), [call(1), call(2)]);
    }

    #[test]
    fn a_torn_history_is_refused() {
        let mut bytes = Vec::new();
        write(&call(1), &mut bytes);
        for end in 1..bytes.len() {
            assert!(read(Bytes::copy_from_slice(&bytes[..end])).is_err(), "{end}");
        }
    }
}
