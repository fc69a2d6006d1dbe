use std::sync::mpsc;
use std::thread;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Builder;

use super::*;

fn runtime() -> tokio::runtime::Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// Opens a connection as a worker does, in a thread whose runtime then ends.
fn opened_by_worker(handover: &Handover, address: std::net::SocketAddr) -> TcpStream {
    let (done, opened) = mpsc::channel();
    let handover = handover.clone();
    let worker = thread::spawn(move || {
        let stream = runtime().block_on(handover.run(TcpStream::connect(address)));
        done.send(stream.unwrap()).unwrap();
    });
    worker.join().unwrap();
    opened.recv().unwrap()
}

#[test]
fn connection_opened_during_stop_outlives_worker() {
    let home = runtime();
    home.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let echo = tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut byte = [0];
                if stream.read_exact(&mut byte).await.is_ok() {
                    stream.write_all(&byte).await.unwrap();
                }
            }
        });
        let ask = async |mut stream: TcpStream| {
            stream.write_all(b"?").await?;
            stream.read_exact(&mut [0]).await
        };
        let handover = Handover::default();
        let opening = handover.clone();
        let stream = tokio::task::spawn_blocking(move || opened_by_worker(&opening, address));
        let error = ask(stream.await.unwrap()).await.unwrap_err();
        assert!(error.to_string().contains("being shutdown"), "{error}");
        handover.complete(Handle::current()).await;
        let opening = handover.clone();
        let stream = tokio::task::spawn_blocking(move || opened_by_worker(&opening, address));
        ask(stream.await.unwrap()).await.unwrap();
        echo.abort();
    });
}

#[test]
fn former_connections_are_finished_and_not_taken_again() {
    runtime().block_on(async {
        let handover = Handover::default();
        let old = Duration::from_mins(10);
        assert!(handover.admits(old));
        let used = handover.begin_use().expect("counted before the stop");
        let started = Instant::now();
        let held = Duration::from_millis(400);
        let ((), ()) = tokio::join!(handover.complete(Handle::current()), async {
            tokio::time::sleep(held).await;
            drop(used);
        });
        assert!(started.elapsed() >= held && started.elapsed() < MAX_WAIT);
        assert!(!handover.admits(old) && handover.begin_use().is_none());
        assert!(handover.admits(Duration::ZERO));
        assert_eq!(handover.0.former.load(Ordering::SeqCst), 0);
    });
}
