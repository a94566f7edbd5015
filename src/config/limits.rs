//! How much of everything one caller may ask for. Every loop, queue, body, list and wait has its bound here.

use std::time::Duration;

use clap::Args;

/// The bounds of the edge. Sizes are bytes, times seconds.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Limits")]
pub struct Limits {
    /// Largest JSON body
    #[arg(long, global = true, env = "STUDYHALL_MAX_BODY_BYTES", default_value_t = 64 * 1024)]
    pub max_body_bytes: usize,
    /// Largest uploaded file
    #[arg(long, global = true, env = "STUDYHALL_MAX_UPLOAD_BYTES", default_value_t = 8 * 1024 * 1024)]
    pub max_upload_bytes: usize,
    /// Headers of one request, all together
    #[arg(long, global = true, env = "STUDYHALL_MAX_HEADER_BYTES", default_value_t = 16 * 1024)]
    pub max_header_bytes: usize,

    /// Longest document
    #[arg(long, global = true, env = "STUDYHALL_MAX_DOCUMENT_BYTES", default_value_t = 16 * 1024)]
    pub max_document_bytes: usize,
    /// Most tokens of a document
    #[arg(long, global = true, env = "STUDYHALL_MAX_TOKENS", default_value_t = 2_000)]
    pub max_tokens: usize,
    /// Deepest nesting of brackets
    #[arg(long, global = true, env = "STUDYHALL_MAX_BRACKETS", default_value_t = 60)]
    pub max_brackets: usize,
    /// Most fields once every fragment is expanded
    #[arg(long, global = true, env = "STUDYHALL_MAX_FIELDS", default_value_t = 2_000)]
    pub max_fields: u64,
    /// Deepest nesting of fields
    #[arg(long, global = true, env = "STUDYHALL_MAX_DEPTH", default_value_t = 20)]
    pub max_depth: u64,
    /// Most aliases once every fragment is expanded
    #[arg(long, global = true, env = "STUDYHALL_MAX_ALIASES", default_value_t = 30)]
    pub max_aliases: u64,
    /// Most directives at one field
    #[arg(long, global = true, env = "STUDYHALL_MAX_DIRECTIVES", default_value_t = 8)]
    pub max_directives: usize,
    /// Most root fields of a mutation
    #[arg(long, global = true, env = "STUDYHALL_MAX_MUTATION_FIELDS", default_value_t = 3)]
    pub max_mutation_fields: u64,
    /// Highest cost: one point a field, lists multiply by their page size
    #[arg(long, global = true, env = "STUDYHALL_MAX_COST", default_value_t = 5_000)]
    pub max_cost: u64,
    /// Parsed documents kept
    #[arg(long, global = true, env = "STUDYHALL_DOCUMENT_CACHE", default_value_t = 1_000)]
    pub document_cache: usize,

    /// Operations at once, in all
    #[arg(long, global = true, env = "STUDYHALL_MAX_OPERATIONS", default_value_t = 256)]
    pub max_operations: usize,
    /// Operations at once of one person
    #[arg(long, global = true, env = "STUDYHALL_MAX_OPERATIONS_PER_USER", default_value_t = 32)]
    pub max_operations_per_user: usize,
    /// Operations at once from one address
    #[arg(long, global = true, env = "STUDYHALL_MAX_OPERATIONS_PER_ADDRESS", default_value_t = 256)]
    pub max_operations_per_address: usize,
    /// Seconds a query may take
    #[arg(long, global = true, env = "STUDYHALL_QUERY_TIMEOUT", default_value = "5", value_parser = seconds)]
    pub query_timeout: Duration,
    /// Seconds a mutation may take
    #[arg(long, global = true, env = "STUDYHALL_MUTATION_TIMEOUT", default_value = "10", value_parser = seconds)]
    pub mutation_timeout: Duration,
    /// Seconds an upload may take
    #[arg(long, global = true, env = "STUDYHALL_UPLOAD_TIMEOUT", default_value = "60", value_parser = seconds)]
    pub upload_timeout: Duration,
    /// Seconds for the headers of a request to arrive
    #[arg(long, global = true, env = "STUDYHALL_HEADER_TIMEOUT", default_value = "5", value_parser = seconds)]
    pub header_timeout: Duration,
    /// Seconds for the body of a request to arrive
    #[arg(long, global = true, env = "STUDYHALL_BODY_TIMEOUT", default_value = "15", value_parser = seconds)]
    pub body_timeout: Duration,

    /// Connections at once, sockets and event streams among them
    #[arg(long, global = true, env = "STUDYHALL_MAX_CONNECTIONS", default_value_t = 16_000)]
    pub max_connections: usize,
    /// Sockets and event streams of this node
    #[arg(long, global = true, env = "STUDYHALL_MAX_SOCKETS", default_value_t = 12_000)]
    pub max_sockets: usize,
    /// Sockets and event streams of one member
    #[arg(long, global = true, env = "STUDYHALL_MAX_SOCKETS_PER_USER", default_value_t = 10)]
    pub max_sockets_per_user: usize,
    /// Sockets and event streams of one guest
    #[arg(long, global = true, env = "STUDYHALL_MAX_SOCKETS_PER_GUEST", default_value_t = 3)]
    pub max_sockets_per_guest: usize,
    /// Sockets and event streams from one address
    #[arg(long, global = true, env = "STUDYHALL_MAX_SOCKETS_PER_ADDRESS", default_value_t = 500)]
    pub max_sockets_per_address: usize,
    /// Operations at once on one socket
    #[arg(long, global = true, env = "STUDYHALL_MAX_SOCKET_OPERATIONS", default_value_t = 100)]
    pub max_socket_operations: usize,
    /// Subscriptions at once on one socket
    #[arg(long, global = true, env = "STUDYHALL_MAX_SUBSCRIPTIONS", default_value_t = 20)]
    pub max_subscriptions: usize,
    /// Largest frame a client may send
    #[arg(long, global = true, env = "STUDYHALL_MAX_FRAME_BYTES", default_value_t = 64 * 1024)]
    pub max_frame_bytes: usize,
    /// Frames a client may send in a minute
    #[arg(long, global = true, env = "STUDYHALL_MAX_FRAMES_PER_MINUTE", default_value_t = 100)]
    pub max_frames_per_minute: u32,
    /// Messages that may wait for a slow client before its socket is closed
    #[arg(long, global = true, env = "STUDYHALL_SOCKET_QUEUE", default_value_t = 256)]
    pub socket_queue: usize,
    /// Seconds for `connection_init` to arrive
    #[arg(long, global = true, env = "STUDYHALL_INIT_TIMEOUT", default_value = "5", value_parser = seconds)]
    pub init_timeout: Duration,
    /// Seconds between two pings of the server
    #[arg(long, global = true, env = "STUDYHALL_PING_INTERVAL", default_value = "25", value_parser = seconds)]
    pub ping_interval: Duration,
    /// Seconds of silence after which a socket is closed, unless a ping without an answer has closed it before
    #[arg(long, global = true, env = "STUDYHALL_SILENCE_TIMEOUT", default_value = "75", value_parser = seconds)]
    pub silence_timeout: Duration,
    /// Seconds a write to a socket may stall
    #[arg(long, global = true, env = "STUDYHALL_WRITE_TIMEOUT", default_value = "10", value_parser = seconds)]
    pub write_timeout: Duration,
    /// Seconds a socket may live
    #[arg(long, global = true, env = "STUDYHALL_SOCKET_LIFETIME", default_value = "43200", value_parser = seconds)]
    pub socket_lifetime: Duration,
    /// Seconds for open requests to finish at shutdown
    #[arg(long, global = true, env = "STUDYHALL_SHUTDOWN_TIMEOUT", default_value = "14", value_parser = seconds)]
    pub shutdown_timeout: Duration,

    /// Waiting password checks, in all
    #[arg(long, global = true, env = "STUDYHALL_PASSWORD_QUEUE", default_value_t = 64)]
    pub password_queue: usize,
    /// Waiting password checks from one address
    #[arg(long, global = true, env = "STUDYHALL_PASSWORD_QUEUE_PER_ADDRESS", default_value_t = 8)]
    pub password_queue_per_address: usize,
    /// Sessions of one account; the longest unused one goes first
    #[arg(long, global = true, env = "STUDYHALL_MAX_SESSIONS", default_value_t = 20)]
    pub max_sessions: usize,
    /// Pictures of one person
    #[arg(long, global = true, env = "STUDYHALL_MAX_IMAGES_PER_USER", default_value_t = 500)]
    pub max_images_per_user: i64,
    /// Bytes of one person's pictures, in all sizes together
    #[arg(long, global = true, env = "STUDYHALL_MAX_IMAGE_BYTES_PER_USER", default_value_t = 200 * 1024 * 1024)]
    pub max_image_bytes_per_user: i64,
    /// Connections to the database that read (and, on PostgreSQL, write)
    #[arg(
        long,
        global = true,
        env = "STUDYHALL_DATABASE_CONNECTIONS",
        default_value_t = 0,
        help = "Connections to the database; 0 takes 4 on SQLite and 16 on PostgreSQL"
    )]
    pub database_connections: u32,
}

impl Limits {
    pub(super) fn check(&self) -> Result<(), String> {
        let at_least_one = [
            ("STUDYHALL_MAX_BODY_BYTES", self.max_body_bytes),
            ("STUDYHALL_MAX_OPERATIONS", self.max_operations),
            ("STUDYHALL_MAX_CONNECTIONS", self.max_connections),
            ("STUDYHALL_MAX_SOCKETS", self.max_sockets),
            ("STUDYHALL_SOCKET_QUEUE", self.socket_queue),
            ("STUDYHALL_PASSWORD_QUEUE", self.password_queue),
            ("STUDYHALL_MAX_SESSIONS", self.max_sessions),
            ("STUDYHALL_DOCUMENT_CACHE", self.document_cache),
        ];
        match at_least_one.iter().find(|(_, value)| *value == 0) {
            Some((name, _)) => Err(format!("{name} must be at least 1")),
            None => Ok(()),
        }
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "is not a number of seconds".to_owned())?;
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
