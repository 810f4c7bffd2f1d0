FROM maven:3.9-eclipse-temurin-25 AS build
WORKDIR /build
COPY pom.xml .
# Dependencies in a layer of their own: a change of the sources does not fetch them again.
RUN mvn -q -B dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory=target/lib
COPY conf conf
COPY src/main src/main
COPY src/build src/build
RUN mvn -q -B package -Dmaven.test.skip=true

FROM eclipse-temurin:25-jre
RUN useradd --system --uid 10001 --no-create-home apertis \
    && mkdir -p /data /opt/apertis/aot \
    && chown apertis /data /opt/apertis/aot
WORKDIR /opt/apertis
COPY --from=build /build/target/lib lib
COPY --from=build /build/target/apertis.jar .
COPY conf conf
USER 10001

# A start that is recorded: loaded and linked classes and the profiles of hot methods are read from this file at every start
# (JEP 483, 514, 515). It fits this JVM, this class path and these flags only; with others it is passed over.
RUN java --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
    -XX:+UseCompactObjectHeaders -XX:+UseParallelGC -XX:AOTCacheOutput=aot/apertis.aot -jar apertis.jar rehearse > /dev/null

# The embedded database lives here. With a read-only root file system it unpacks its binaries to a --tmpfs /tmp:exec.
VOLUME /data
ENV APERTIS_DATA_DIR=/data \
    APERTIS_MANAGEMENT_HOST=0.0.0.0
# The management port is for the orchestrator's network only and is not exposed.
EXPOSE 8080

HEALTHCHECK --interval=10s --timeout=3s --start-period=60s CMD ["bash", "-c", \
    "exec 3<>/dev/tcp/127.0.0.1/${APERTIS_MANAGEMENT_PORT:-8081} && printf 'GET /health/live HTTP/1.0\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '"]

# Exec form: the JVM is process 1 and gets SIGTERM itself, which begins the drain.
ENTRYPOINT ["java", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", \
    "-XX:+UseCompactObjectHeaders", "-XX:+UseParallelGC", "-XX:MaxNewSize=128m", "-XX:AOTCache=aot/apertis.aot", \
    "-XX:MaxRAMPercentage=75", "-XX:+ExitOnOutOfMemoryError", \
    "-jar", "apertis.jar"]
