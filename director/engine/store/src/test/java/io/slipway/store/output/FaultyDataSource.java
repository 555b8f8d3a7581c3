package io.slipway.store.output;

import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A database that goes away, hangs, and loses connections, when it is told to. */
final class FaultyDataSource implements DataSource {
    private static final String CONNECTION_LOST = "08006";

    private final DataSource real;
    private volatile boolean isAway;
    private volatile long brokenTask = Long.MIN_VALUE;
    private volatile CountDownLatch hanging = new CountDownLatch(0);
    private final AtomicInteger commitsLostBefore = new AtomicInteger();
    private final AtomicInteger commitsLostAfter = new AtomicInteger();
    private final AtomicInteger commits = new AtomicInteger();

    FaultyDataSource(DataSource real) {
        this.real = real;
    }

    /** Nobody gets a connection, and those that there are fail. */
    void goAway() {
        isAway = true;
    }

    void comeBack() {
        isAway = false;
        brokenTask = Long.MIN_VALUE;
        hanging.countDown();
    }

    /** Inserts of this task fail. */
    void breakTask(long task) {
        brokenTask = task;
    }

    /** Commits wait until the database comes back. */
    void hang() {
        hanging = new CountDownLatch(1);
    }

    /** So many commits fail before the database has heard of them. */
    void loseCommitsBefore(int times) {
        commitsLostBefore.set(times);
    }

    /** So many commits are done, and the connection is lost before anybody is told. */
    void loseCommitsAfter(int times) {
        commitsLostAfter.set(times);
    }

    int commits() {
        return commits.get();
    }

    private void check() throws SQLException {
        if (isAway) {
            throw new SQLException("the database is away", CONNECTION_LOST);
        }
    }

    @Override
    public Connection getConnection() throws SQLException {
        check();
        Connection connection = real.getConnection();
        return proxy(Connection.class, (method, arguments) -> {
            if (method.getName().equals("commit")) {
                commit(connection);
                return null;
            }
            if (!method.getName().equals("close") && !method.getName().equals("rollback")) {
                check();
            }
            Object result = invoke(method, connection, arguments);
            return result instanceof PreparedStatement statement ? watched(statement) : result;
        });
    }

    private void commit(Connection connection) throws SQLException {
        try {
            hanging.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        check();
        if (commitsLostBefore.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            connection.rollback();
            throw new SQLException("the connection is lost before the commit", CONNECTION_LOST);
        }
        connection.commit();
        commits.incrementAndGet();
        if (commitsLostAfter.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new SQLException("the connection is lost after the commit", CONNECTION_LOST);
        }
    }

    private PreparedStatement watched(PreparedStatement statement) {
        var isBroken = new boolean[1];
        return proxy(PreparedStatement.class, (method, arguments) -> {
            if (method.getName().startsWith("set")
                    && arguments.length == 2
                    && Long.valueOf(brokenTask).equals(arguments[1])) {
                isBroken[0] = true;
            }
            if (method.getName().startsWith("execute") && isBroken[0]) {
                throw new SQLException("this task cannot be written", "58030");
            }
            return invoke(method, statement, arguments);
        });
    }

    @FunctionalInterface
    private interface Call {
        @Nullable
        Object of(java.lang.reflect.Method method, Object[] arguments) throws SQLException;
    }

    private static <T> T proxy(Class<T> type, Call call) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (self, method, arguments) -> call.of(method, arguments == null ? new Object[0] : arguments)));
    }

    private static @Nullable Object invoke(java.lang.reflect.Method method, Object on, Object[] arguments)
            throws SQLException {
        try {
            return method.invoke(on, arguments);
        } catch (InvocationTargetException thrown) {
            if (thrown.getCause() instanceof SQLException failure) {
                throw failure;
            }
            throw new IllegalStateException(thrown.getCause());
        } catch (IllegalAccessException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        return getConnection();
    }

    @Override
    public PrintWriter getLogWriter() throws SQLException {
        return real.getLogWriter();
    }

    @Override
    public void setLogWriter(PrintWriter out) throws SQLException {
        real.setLogWriter(out);
    }

    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
        real.setLoginTimeout(seconds);
    }

    @Override
    public int getLoginTimeout() throws SQLException {
        return real.getLoginTimeout();
    }

    @Override
    public Logger getParentLogger() {
        return Logger.getLogger("faulty");
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        return real.unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return real.isWrapperFor(type);
    }
}
