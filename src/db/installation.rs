//! The id of the installation, which is part of the ids that calendars and mail programs keep.

use super::{Db, Query, Result, Scan};

impl Db {
    /// Returns the id of this installation. The first call stores `new`; if there are bookings from before ids were
    /// stored, it stores `host`, which their calendar events contain.
    pub async fn installation_id(&self, new: &str, host: &str) -> Result<String> {
        // It stops at the first booking.
        self.run(
            Scan(
                "insert into installation (id, name)
                 select 1, case when exists (select 1 from bookings) then $2 else $1 end where true
                 on conflict do nothing",
            ),
            &[&new, &host],
        )
        .await?;
        let (name,): (String,) = self.one("select name from installation where id = 1", &[]).await?;
        Ok(name)
    }
}
