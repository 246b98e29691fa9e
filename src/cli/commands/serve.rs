//! `leitong serve`: a library behind HTTP.

use crate::cli::Outcome;
use crate::cli::args::ServeArgs;
use crate::error::Result;

#[cfg(feature = "serve")]
pub(in crate::cli) fn run(args: &ServeArgs) -> Result<Outcome> {
    use std::time::Duration;

    use crate::amounts::grouped;
    use crate::cli::say::say;
    use crate::serve::{Log, ServeOptions, Server, new_key};
    use crate::write::{Lines, Target};

    if let (Some(name), Some(path)) = (&args.new_key, &args.key_file) {
        let key = new_key(path, name)?;
        let mut out = Lines::new(Target::Stdout);
        out.text(&format!("{key}\n"))?;
        out.finish()?;
        say!(
            "leitong serve: {} has its hash; the key itself is kept nowhere",
            path.display()
        );
        return Ok(Outcome::Done);
    }
    let server = Server::bind(ServeOptions {
        library: args.library.clone(),
        listen: args.listen.clone(),
        key_file: args.key_file.clone(),
        read_only: args.read_only,
        cors: args.cors.clone(),
        hosts: args.allow_host.clone(),
        max_body: args.max_body.0,
        max_batch: args.max_batch.0,
        max_requests: args.max_requests,
        timeout: Duration::from_secs(args.timeout as u64),
        threads: args.threads,
        log: Log::new(|line| say!("{line}")),
        logs_requests: !args.quiet,
    })?;
    say!(
        "leitong serve: http://{} answers with {} documents of {}",
        server.address(),
        grouped(server.documents()),
        args.library.display()
    );
    server.run()?;
    say!("leitong serve: ended");
    Ok(Outcome::Done)
}

#[cfg(not(feature = "serve"))]
pub(in crate::cli) fn run(_: &ServeArgs) -> Result<Outcome> {
    Err(crate::error::Error::Option {
        option: "serve".into(),
        what: "this build has no server; build it with the feature `serve`".into(),
    })
}
