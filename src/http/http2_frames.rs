//! Follows the frames of a connection with HTTP/2 (RFC 9113, section 4) as their bytes arrive.
//!
//! hyper reports a frame when it is complete, and has no timeout for one that never is. Nor does it limit frames that belong
//! to no request: it responds to each of them.

use std::time::Duration;

use tokio::time::Instant;

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const HEAD_BYTES: usize = 9;

/// `PRIORITY`, `SETTINGS`, `PING` and frames of unknown types that a client may send in a window. Clients that measure
/// their connection send a few pings a second.
const MAX_CONTROL_FRAMES: u32 = 1_000;
const WINDOW: Duration = Duration::from_secs(10);

/// Types of frames.
const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const WINDOW_UPDATE: u8 = 8;
const CONTINUATION: u8 = 9;
const END_HEADERS: u8 = 4;

/// What has arrived of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arrived {
    /// Not HTTP/2, or not enough to tell.
    Http1,
    /// Complete frames, or the beginning of one with data.
    Frames,
    /// The beginning of a request, or of a frame without data.
    PartOfHeader,
}

#[derive(Debug)]
pub(super) struct FrameReader {
    /// The bytes of the preface that have arrived; `None` if the connection does not begin with it.
    preface: Option<usize>,
    head: [u8; HEAD_BYTES],
    head_length: usize,
    payload_left: usize,
    kind: u8,
    /// A request has begun, and its last header frame has not come.
    is_in_headers: bool,
    control_frames: u32,
    window_began_at: Instant,
}

impl Default for FrameReader {
    fn default() -> Self {
        Self {
            preface: Some(0),
            head: [0; HEAD_BYTES],
            head_length: 0,
            payload_left: 0,
            kind: DATA,
            is_in_headers: false,
            control_frames: 0,
            window_began_at: Instant::now(),
        }
    }
}

impl FrameReader {
    pub(super) fn arrived(&self) -> Arrived {
        let is_in_frame = self.payload_left > 0 && self.kind != DATA;
        match self.preface {
            Some(length) if length == PREFACE.len() => {
                let is_part = self.is_in_headers || self.head_length > 0 || is_in_frame;
                if is_part { Arrived::PartOfHeader } else { Arrived::Frames }
            }
            _ => Arrived::Http1,
        }
    }

    /// Reads what has arrived. Returns false if the client floods the connection with frames of no request.
    pub(super) fn read(&mut self, mut bytes: &[u8]) -> bool {
        let Some(length) = self.preface else { return true };
        let preface = bytes.len().min(PREFACE.len() - length);
        if bytes[..preface] != PREFACE[length..length + preface] {
            self.preface = None;
            return true;
        }
        self.preface = Some(length + preface);
        bytes = &bytes[preface..];
        while !bytes.is_empty() {
            let payload = bytes.len().min(self.payload_left);
            self.payload_left -= payload;
            bytes = &bytes[payload..];
            if self.payload_left > 0 {
                break;
            }
            let head = bytes.len().min(HEAD_BYTES - self.head_length);
            self.head[self.head_length..self.head_length + head].copy_from_slice(&bytes[..head]);
            self.head_length += head;
            bytes = &bytes[head..];
            if self.head_length == HEAD_BYTES {
                self.head_length = 0;
                self.begin_frame();
            }
        }
        self.control_frames <= MAX_CONTROL_FRAMES
    }

    fn begin_frame(&mut self) {
        let [high, middle, low, kind, flags, ..] = self.head;
        self.payload_left = usize::from(high) << 16 | usize::from(middle) << 8 | usize::from(low);
        self.kind = kind;
        match kind {
            HEADERS | CONTINUATION => self.is_in_headers = flags & END_HEADERS == 0,
            DATA | RST_STREAM | WINDOW_UPDATE => {}
            _ => {
                if self.window_began_at.elapsed() > WINDOW {
                    (self.window_began_at, self.control_frames) = (Instant::now(), 0);
                }
                self.control_frames += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(kind: u8, flags: u8, payload: &[u8]) -> Vec<u8> {
        let length = u8::try_from(payload.len()).expect("a short frame");
        [&[0, 0, length, kind, flags, 0, 0, 0, 1], payload].concat()
    }

    #[tokio::test]
    async fn frames_are_followed_however_their_bytes_arrive() {
        let bytes = [
            PREFACE,
            &frame(4, 0, &[0; 6]),
            &frame(HEADERS, 0, b"abc"),
            &frame(CONTINUATION, END_HEADERS, b"d"),
            &frame(DATA, 1, b"a body"),
        ]
        .concat();
        let data_begins = bytes.len() - 6;
        for size in 1..bytes.len() {
            let mut reader = FrameReader::default();
            let mut read = 0;
            for piece in bytes.chunks(size) {
                assert!(reader.read(piece));
                read += piece.len();
                let expected = match read {
                    _ if read < PREFACE.len() => Arrived::Http1,
                    _ if read == PREFACE.len() || read == PREFACE.len() + 15 => Arrived::Frames,
                    _ if read == data_begins - HEAD_BYTES || read >= data_begins => Arrived::Frames,
                    _ => Arrived::PartOfHeader,
                };
                assert_eq!(reader.arrived(), expected, "{read} bytes by {size}");
            }
        }
        let mut reader = FrameReader::default();
        assert!(reader.read(b"POST /graphql HTTP/1.1") && reader.arrived() == Arrived::Http1);
    }

    #[tokio::test]
    async fn a_flood_of_frames_without_a_request_is_noticed() {
        let mut reader = FrameReader::default();
        assert!(reader.read(PREFACE));
        for _ in 0..10_000 {
            assert!(reader.read(&frame(WINDOW_UPDATE, 0, &[0; 4])));
        }
        let pings = (0..10_000).take_while(|_| reader.read(&frame(6, 0, &[0; 8]))).count();
        assert_eq!(pings, 1_000);
    }
}
