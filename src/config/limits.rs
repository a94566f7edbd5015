//! The limits: every body, queue, list and wait has its bound here.

use std::time::Duration;

use clap::Args;

/// The default size of SQLite's page cache. It holds the pages that a campus reads often.
pub const DEFAULT_DATABASE_CACHE_MIB: u32 = 64;

/// The limits of requests, connections and accounts. Sizes are in bytes, times in seconds.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Limits")]
pub struct Limits {
    /// Maximum size of a JSON body
    #[arg(long, global = true, env = "STUDYHALL_MAX_BODY_BYTES", default_value_t = 64 * 1024)]
    pub max_body_bytes: usize,
    /// Maximum size of an uploaded image
    #[arg(long, global = true, env = "STUDYHALL_MAX_UPLOAD_BYTES", default_value_t = 16 * 1024 * 1024)]
    pub max_upload_bytes: usize,
    /// Maximum size of an uploaded file for download
    #[arg(long, global = true, env = "STUDYHALL_MAX_FILE_BYTES", default_value_t = 25 * 1024 * 1024)]
    pub max_file_bytes: usize,
    /// Maximum size of all headers of a request
    #[arg(long, global = true, env = "STUDYHALL_MAX_HEADER_BYTES", default_value_t = 16 * 1024)]
    pub max_header_bytes: usize,

    /// Maximum size of a document
    #[arg(long, global = true, env = "STUDYHALL_MAX_DOCUMENT_BYTES", default_value_t = 32 * 1024)]
    pub max_document_bytes: usize,
    /// Maximum size of a document without a session
    #[arg(long, global = true, env = "STUDYHALL_MAX_ANONYMOUS_DOCUMENT_BYTES", default_value_t = 16 * 1024)]
    pub max_anonymous_document_bytes: usize,
    /// Maximum number of tokens in a document
    #[arg(long, global = true, env = "STUDYHALL_MAX_TOKENS", default_value_t = 5_000)]
    pub max_tokens: usize,
    /// Maximum number of tokens in a document without a session
    #[arg(long, global = true, env = "STUDYHALL_MAX_ANONYMOUS_TOKENS", default_value_t = 2_000)]
    pub max_anonymous_tokens: usize,
    /// Maximum nesting of brackets
    #[arg(long, global = true, env = "STUDYHALL_MAX_BRACKETS", default_value_t = 60)]
    pub max_brackets: usize,
    /// Maximum number of operations in a document
    #[arg(long, global = true, env = "STUDYHALL_MAX_DOCUMENT_OPERATIONS", default_value_t = 50)]
    pub max_document_operations: usize,
    /// Maximum number of fragments in a document
    #[arg(long, global = true, env = "STUDYHALL_MAX_FRAGMENTS", default_value_t = 200)]
    pub max_fragments: usize,
    /// Maximum number of variables of an operation
    #[arg(long, global = true, env = "STUDYHALL_MAX_VARIABLES", default_value_t = 100)]
    pub max_variables: usize,
    /// Maximum number of fields, with fragments expanded
    #[arg(long, global = true, env = "STUDYHALL_MAX_FIELDS", default_value_t = 2_000)]
    pub max_fields: u64,
    /// Maximum nesting of fields
    #[arg(long, global = true, env = "STUDYHALL_MAX_DEPTH", default_value_t = 20)]
    pub max_depth: u64,
    /// Maximum number of aliases, with fragments expanded
    #[arg(long, global = true, env = "STUDYHALL_MAX_ALIASES", default_value_t = 200)]
    pub max_aliases: u64,
    /// Maximum number of directives on a field
    #[arg(long, global = true, env = "STUDYHALL_MAX_DIRECTIVES", default_value_t = 8)]
    pub max_directives: usize,
    /// Maximum number of directives in a document
    #[arg(long, global = true, env = "STUDYHALL_MAX_DOCUMENT_DIRECTIVES", default_value_t = 200)]
    pub max_document_directives: usize,
    /// Maximum number of root fields in a query
    #[arg(long, global = true, env = "STUDYHALL_MAX_QUERY_FIELDS", default_value_t = 60)]
    pub max_query_fields: u64,
    /// Maximum number of root fields in a mutation
    #[arg(long, global = true, env = "STUDYHALL_MAX_MUTATION_FIELDS", default_value_t = 10)]
    pub max_mutation_fields: u64,
    /// Maximum cost: one point per field, multiplied by the page size in lists
    #[arg(long, global = true, env = "STUDYHALL_MAX_COST", default_value_t = 5_000)]
    pub max_cost: u64,
    /// Maximum size of a response
    #[arg(long, global = true, env = "STUDYHALL_MAX_RESPONSE_BYTES", default_value_t = 8 * 1024 * 1024)]
    pub max_response_bytes: usize,
    /// Maximum size of a response without a session
    #[arg(long, global = true, env = "STUDYHALL_MAX_ANONYMOUS_RESPONSE_BYTES", default_value_t = 1024 * 1024)]
    pub max_anonymous_response_bytes: usize,
    /// Number of parsed documents of 32 KiB in the cache; larger ones take the place of several
    #[arg(long, global = true, env = "STUDYHALL_DOCUMENT_CACHE", default_value_t = 1_000)]
    pub document_cache: usize,

    /// Maximum number of concurrent operations
    #[arg(long, global = true, env = "STUDYHALL_MAX_OPERATIONS", default_value_t = 256)]
    pub max_operations: usize,
    /// Maximum number of concurrent operations per user
    #[arg(long, global = true, env = "STUDYHALL_MAX_OPERATIONS_PER_USER", default_value_t = 32)]
    pub max_operations_per_user: usize,
    /// Maximum number of concurrent operations per address
    #[arg(long, global = true, env = "STUDYHALL_MAX_OPERATIONS_PER_ADDRESS", default_value_t = 256)]
    pub max_operations_per_address: usize,
    /// Timeout of a query in seconds
    #[arg(long, global = true, env = "STUDYHALL_QUERY_TIMEOUT", default_value = "5", value_parser = seconds)]
    pub query_timeout: Duration,
    /// Timeout of a mutation in seconds
    #[arg(long, global = true, env = "STUDYHALL_MUTATION_TIMEOUT", default_value = "10", value_parser = seconds)]
    pub mutation_timeout: Duration,
    /// Timeout of an upload in seconds
    #[arg(long, global = true, env = "STUDYHALL_UPLOAD_TIMEOUT", default_value = "180", value_parser = seconds)]
    pub upload_timeout: Duration,
    /// Minimum rate of an upload, in bytes per second
    #[arg(long, global = true, env = "STUDYHALL_MIN_UPLOAD_RATE", default_value_t = 50_000)]
    pub min_upload_rate: u32,
    /// Time over which the rate of an upload is measured, in seconds
    #[arg(long, global = true, env = "STUDYHALL_UPLOAD_WINDOW", default_value = "10", value_parser = seconds)]
    pub upload_window: Duration,
    /// Timeout for the headers of a request to arrive, in seconds
    #[arg(long, global = true, env = "STUDYHALL_HEADER_TIMEOUT", default_value = "5", value_parser = seconds)]
    pub header_timeout: Duration,
    /// Timeout for the body of a request to arrive, in seconds
    #[arg(long, global = true, env = "STUDYHALL_BODY_TIMEOUT", default_value = "15", value_parser = seconds)]
    pub body_timeout: Duration,

    /// Maximum number of connections, including sockets and event streams
    #[arg(long, global = true, env = "STUDYHALL_MAX_CONNECTIONS", default_value_t = 16_000)]
    pub max_connections: usize,
    /// Maximum number of sockets and event streams on this node
    #[arg(long, global = true, env = "STUDYHALL_MAX_SOCKETS", default_value_t = 12_000)]
    pub max_sockets: usize,
    /// Maximum number of sockets and event streams per member
    #[arg(long, global = true, env = "STUDYHALL_MAX_SOCKETS_PER_USER", default_value_t = 10)]
    pub max_sockets_per_user: usize,
    /// Maximum number of sockets and event streams per guest
    #[arg(long, global = true, env = "STUDYHALL_MAX_SOCKETS_PER_GUEST", default_value_t = 3)]
    pub max_sockets_per_guest: usize,
    /// Maximum number of sockets and event streams per address
    #[arg(long, global = true, env = "STUDYHALL_MAX_SOCKETS_PER_ADDRESS", default_value_t = 500)]
    pub max_sockets_per_address: usize,
    /// Maximum number of concurrent operations per socket
    #[arg(long, global = true, env = "STUDYHALL_MAX_SOCKET_OPERATIONS", default_value_t = 100)]
    pub max_socket_operations: usize,
    /// Maximum number of concurrent subscriptions per socket
    #[arg(long, global = true, env = "STUDYHALL_MAX_SUBSCRIPTIONS", default_value_t = 20)]
    pub max_subscriptions: usize,
    /// Maximum size of a frame from a client
    #[arg(long, global = true, env = "STUDYHALL_MAX_FRAME_BYTES", default_value_t = 64 * 1024)]
    pub max_frame_bytes: usize,
    /// Maximum number of frames from a client per minute
    #[arg(long, global = true, env = "STUDYHALL_MAX_FRAMES_PER_MINUTE", default_value_t = 100)]
    pub max_frames_per_minute: u32,
    /// Maximum number of messages that are queued for a slow client before its socket is closed
    #[arg(long, global = true, env = "STUDYHALL_SOCKET_QUEUE", default_value_t = 256)]
    pub socket_queue: usize,
    /// Timeout for `connection_init` to arrive, in seconds
    #[arg(long, global = true, env = "STUDYHALL_INIT_TIMEOUT", default_value = "5", value_parser = seconds)]
    pub init_timeout: Duration,
    /// Interval between pings of the server, in seconds
    #[arg(long, global = true, env = "STUDYHALL_PING_INTERVAL", default_value = "25", value_parser = seconds)]
    pub ping_interval: Duration,
    /// Seconds without a frame from the client after which a socket is closed, unless an unanswered ping closes it
    /// earlier
    #[arg(long, global = true, env = "STUDYHALL_SILENCE_TIMEOUT", default_value = "75", value_parser = seconds)]
    pub silence_timeout: Duration,
    /// Timeout of a write to a socket in seconds
    #[arg(long, global = true, env = "STUDYHALL_WRITE_TIMEOUT", default_value = "10", value_parser = seconds)]
    pub write_timeout: Duration,
    /// Maximum lifetime of a socket in seconds
    #[arg(long, global = true, env = "STUDYHALL_SOCKET_LIFETIME", default_value = "43200", value_parser = seconds)]
    pub socket_lifetime: Duration,
    /// How long a server that shuts down still accepts connections while `/readyz` is 503, so that load balancers notice,
    /// in seconds
    #[arg(long, global = true, env = "STUDYHALL_DRAIN_DELAY", default_value = "1", value_parser = seconds)]
    pub drain_delay: Duration,
    /// Timeout for open requests to finish at shutdown, in seconds
    #[arg(long, global = true, env = "STUDYHALL_SHUTDOWN_TIMEOUT", default_value = "14", value_parser = seconds)]
    pub shutdown_timeout: Duration,

    /// Maximum number of queued password checks
    #[arg(long, global = true, env = "STUDYHALL_PASSWORD_QUEUE", default_value_t = 64)]
    pub password_queue: usize,
    /// Maximum number of queued password checks per address
    #[arg(long, global = true, env = "STUDYHALL_PASSWORD_QUEUE_PER_ADDRESS", default_value_t = 8)]
    pub password_queue_per_address: usize,
    /// Maximum number of sessions per account; a new session ends the one unused for longest
    #[arg(long, global = true, env = "STUDYHALL_MAX_SESSIONS", default_value_t = 20)]
    pub max_sessions: usize,
    /// Maximum number of images and files per user
    #[arg(long, global = true, env = "STUDYHALL_MAX_IMAGES_PER_USER", default_value_t = 500)]
    pub max_images_per_user: i64,
    /// Maximum total size of the images of a user, in all sizes, and of their files
    #[arg(long, global = true, env = "STUDYHALL_MAX_IMAGE_BYTES_PER_USER", default_value_t = 200 * 1024 * 1024)]
    pub max_image_bytes_per_user: i64,
    /// Connections to the database. On SQLite they only read; one more connection writes, and four run statements that may
    /// take long
    #[arg(
        long,
        global = true,
        env = "STUDYHALL_DATABASE_CONNECTIONS",
        default_value_t = 0,
        help = "Number of connections to the database; 0 means one for each core on SQLite and 16 on PostgreSQL"
    )]
    pub database_connections: u32,
    /// Maximum size of the page cache of each SQLite connection, in MiB
    #[arg(
        long,
        global = true,
        env = "STUDYHALL_DATABASE_CACHE",
        default_value_t = DEFAULT_DATABASE_CACHE_MIB,
        value_parser = clap::value_parser!(u32).range(1..=65_536)
    )]
    pub database_cache: u32,
}

impl Limits {
    /// Returns the maximum size and number of tokens of a caller's documents.
    pub fn document_text(&self, has_session: bool) -> (usize, usize) {
        if has_session {
            (self.max_document_bytes, self.max_tokens)
        } else {
            (
                self.max_document_bytes.min(self.max_anonymous_document_bytes),
                self.max_tokens.min(self.max_anonymous_tokens),
            )
        }
    }

    /// Returns the maximum size of the files of a request. Which of them are images is known once they are received.
    pub fn max_received_file(&self) -> usize {
        self.max_upload_bytes.max(self.max_file_bytes)
    }

    /// Returns the maximum size of a caller's responses.
    pub fn response_bytes(&self, has_session: bool) -> usize {
        if has_session {
            self.max_response_bytes
        } else {
            self.max_response_bytes.min(self.max_anonymous_response_bytes)
        }
    }

    pub(super) fn check(&self) -> Result<(), String> {
        let positive = [
            ("STUDYHALL_MAX_BODY_BYTES", self.max_body_bytes),
            ("STUDYHALL_MAX_FILE_BYTES", self.max_file_bytes),
            ("STUDYHALL_MAX_OPERATIONS", self.max_operations),
            ("STUDYHALL_MAX_CONNECTIONS", self.max_connections),
            ("STUDYHALL_MAX_SOCKETS", self.max_sockets),
            ("STUDYHALL_SOCKET_QUEUE", self.socket_queue),
            ("STUDYHALL_PASSWORD_QUEUE", self.password_queue),
            ("STUDYHALL_MAX_SESSIONS", self.max_sessions),
            ("STUDYHALL_DOCUMENT_CACHE", self.document_cache),
            ("STUDYHALL_MAX_RESPONSE_BYTES", self.max_response_bytes),
            ("STUDYHALL_MAX_ANONYMOUS_RESPONSE_BYTES", self.max_anonymous_response_bytes),
        ];
        if self.drain_delay >= self.shutdown_timeout {
            return Err("STUDYHALL_DRAIN_DELAY must be less than STUDYHALL_SHUTDOWN_TIMEOUT".to_owned());
        }
        match positive.iter().find(|(_, value)| *value == 0) {
            Some((name, _)) => Err(format!("{name} must be at least 1")),
            None => Ok(()),
        }
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "must be a number of seconds".to_owned())?;
    match Duration::try_from_secs_f64(seconds) {
        Ok(duration) if !duration.is_zero() => Ok(duration),
        _ => Err("must be more than 0 seconds".to_owned()),
    }
}

#[cfg(test)]
impl Default for Limits {
    fn default() -> Self {
        use clap::FromArgMatches;
        let matches = Self::augment_args(clap::Command::new("limits")).get_matches_from(["limits"]);
        Self::from_arg_matches(&matches).expect("every limit has a default")
    }
}
