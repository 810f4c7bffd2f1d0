# Sourced by run and micro, from the bench folder: compiles the gateway and the bench, unless --no-build came first, and
# says where things are: $java is the project's JDK, $bench_classpath and $gateway_classpath are class paths.

if [[ "${1:-}" == --no-build ]]; then
  shift
else
  mvn -q -B -f aggregate.xml -pl :apertis,:apertis-bench,:apertis-simulations process-classes \
    org.apache.maven.plugins:maven-dependency-plugin:3.9.0:build-classpath \
    -Dmdep.outputFile=target/classpath.txt -Dmdep.includeScope=runtime
fi
java="$(sed -n 's/^ *java\.home = //p' target/java-settings.txt)/bin/java"
bench_classpath="target/classes:$(<target/classpath.txt)"
# An AOT cache wants its classes in a JAR file, as they are in the image.
"${java%java}jar" --create --file target/gateway.jar -C ../target/classes .
gateway_classpath="$PWD/target/gateway.jar:$(<../target/classpath.txt)"
jvm_flags=(--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -XX:+UseCompactObjectHeaders)
