//! One keep-alive connection: a request goes out, its answer comes back.

use std::io::{Error, ErrorKind, Result};
use std::net::SocketAddr;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::chunks::Chunks;

/// An answer larger than this is not an answer of this API: a seat map of 200,000 seats has about 6 MB.
const BODY_BYTES_MAX: usize = 4 << 30;
const HEAD_BYTES_MAX: usize = 64 << 10;

pub struct Connection {
    stream: TcpStream,
    incoming: BytesMut,
}

/// What came back, not yet understood.
#[derive(Clone, Debug)]
pub struct RawAnswer {
    pub status: u16,
    pub retry_after: Option<Duration>,
    pub body: Bytes,
    /// The server will close the connection.
    pub last: bool,
}

enum Framing {
    Length(usize),
    Chunked,
}

struct Head {
    status: u16,
    retry_after: Option<Duration>,
    framing: Framing,
    last: bool,
    bytes: usize,
}

impl Connection {
    pub async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, incoming: BytesMut::with_capacity(16 << 10) })
    }

    /// After an error, or when dropped half-way, the connection is of no further use.
    pub async fn exchange(&mut self, request: &[u8]) -> Result<RawAnswer> {
        self.stream.write_all(request).await?;
        let head = loop {
            if let Some(head) = parse_head(&self.incoming)? {
                break head;
            }
            self.more().await?;
        };
        let _ = self.incoming.split_to(head.bytes);
        let body = match head.framing {
            Framing::Length(length) => {
                while self.incoming.len() < length {
                    self.more().await?;
                }
                self.incoming.split_to(length).freeze()
            }
            Framing::Chunked => self.chunks().await?,
        };
        // What ends a chunked body may still be on its way.
        let last = head.last || matches!(head.framing, Framing::Chunked);
        Ok(RawAnswer { status: head.status, retry_after: head.retry_after, body, last })
    }

    async fn chunks(&mut self) -> Result<Bytes> {
        let (mut chunks, mut body) = (Chunks::default(), BytesMut::new());
        loop {
            chunks.take(&self.incoming.split(), |piece| body.extend_from_slice(piece))?;
            if chunks.has_ended() {
                return Ok(body.freeze());
            }
            if body.len() > BODY_BYTES_MAX {
                return Err(Error::new(ErrorKind::InvalidData, "an answer without an end"));
            }
            self.more().await?;
        }
    }

    async fn more(&mut self) -> Result<()> {
        if self.incoming.len() > BODY_BYTES_MAX {
            return Err(Error::new(ErrorKind::InvalidData, "an answer without an end"));
        }
        self.incoming.reserve(8 << 10);
        match self.stream.read_buf(&mut self.incoming).await? {
            0 => Err(ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }
}

/// `None`: there is more to come.
fn parse_head(incoming: &[u8]) -> Result<Option<Head>> {
    if incoming.is_empty() {
        return Ok(None);
    }
    let invalid = |what: String| Error::new(ErrorKind::InvalidData, what);
    let mut headers = [httparse::EMPTY_HEADER; 32];
    let mut response = httparse::Response::new(&mut headers);
    let bytes = match response.parse(incoming).map_err(|error| invalid(error.to_string()))? {
        httparse::Status::Complete(bytes) => bytes,
        httparse::Status::Partial if incoming.len() > HEAD_BYTES_MAX => {
            return Err(invalid("a head without an end".into()));
        }
        httparse::Status::Partial => return Ok(None),
    };
    let status = response.code.ok_or_else(|| invalid("no status".into()))?;
    let mut head = Head { status, retry_after: None, framing: Framing::Length(0), last: false, bytes };
    for header in response.headers.iter() {
        let value = std::str::from_utf8(header.value).unwrap_or_default().trim();
        if header.name.eq_ignore_ascii_case("content-length") {
            let length = value.parse().map_err(|_| invalid(format!("content-length {value}")))?;
            head.framing = Framing::Length(length);
        } else if header.name.eq_ignore_ascii_case("transfer-encoding") {
            head.framing = Framing::Chunked;
        } else if header.name.eq_ignore_ascii_case("connection") {
            head.last = value.eq_ignore_ascii_case("close");
        } else if header.name.eq_ignore_ascii_case("retry-after") {
            head.retry_after = value.parse().ok().map(Duration::from_secs);
        }
    }
    Ok(Some(head))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_when_it_is_complete_and_not_before() {
        let whole = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 12\r\nRetry-After: 2\r\n\r\nbody";
        assert!(parse_head(&whole[..20]).expect("partial").is_none());
        let head = parse_head(whole).expect("valid").expect("complete");
        assert_eq!((head.status, head.bytes), (503, whole.len() - 4));
        assert_eq!(head.retry_after, Some(Duration::from_secs(2)));
        assert!(matches!(head.framing, Framing::Length(12)));
    }

    #[test]
    fn noise_is_an_error() {
        assert!(parse_head(b"\x00\x01\x02").is_err());
    }
}
