package ai.apertis.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** nginx as a plain reverse proxy: no buffering, no access log, connections kept alive on both sides. */
final class Nginx {
    private static final String CONFIGURATION = """
        %suser root;
        daemon off;
        worker_processes auto;
        pid %s/nginx.pid;
        error_log stderr warn;
        worker_rlimit_nofile 16384;
        events { worker_connections 8192; }
        http {
          access_log off;
          keepalive_requests 1000000000;
          client_body_buffer_size 1m;
          client_max_body_size 32m;
          client_body_temp_path %s/body;
          proxy_temp_path %s/proxy;
          fastcgi_temp_path %s/fastcgi;
          uwsgi_temp_path %s/uwsgi;
          scgi_temp_path %s/scgi;
          upstream mock {
            server 127.0.0.1:%d;
            keepalive 4096;
            keepalive_requests 1000000000;
          }
          server {
            listen 127.0.0.1:%d backlog=8192;
            location / {
              proxy_pass http://mock;
              proxy_http_version 1.1;
              proxy_set_header Connection "";
              proxy_buffering off;
            }
          }
        }
        """;

    private Nginx() {}

    static boolean isInstalled() {
        return List.of("/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/bin/nginx").stream()
                .anyMatch(path -> Files.isExecutable(Path.of(path)));
    }

    static Child start(Path folder, int port, int upstreamPort) throws IOException, InterruptedException {
        Path file = folder.resolve("nginx.conf");
        String user = "root".equals(System.getProperty("user.name")) ? "" : "# ";
        Files.writeString(
                file,
                CONFIGURATION.formatted(user, folder, folder, folder, folder, folder, folder, upstreamPort, port));
        Child nginx = Child.start(
                "nginx",
                folder.resolve("nginx.log"),
                Map.of("PATH", "/usr/sbin:/usr/bin:/usr/local/bin:/bin"),
                List.of("nginx", "-p", folder.toString(), "-c", file.toString()));
        try {
            nginx.awaitAnswer(port, "/pace?first_us=0&per_second=50", Duration.ofSeconds(10));
        } catch (RuntimeException | InterruptedException e) {
            nginx.close();
            throw e;
        }
        return nginx;
    }
}
