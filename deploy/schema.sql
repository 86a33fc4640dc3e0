-- What gateways have told, for PostgreSQL 13 or later. May be run again: what is there stays.
--   psql --set ON_ERROR_STOP=1 --dbname tidegate --file schema.sql

begin;

-- Who may do what. `tidegate_receiver` stores and changes nothing that is stored; `tidegate_reader` looks.
do $$ begin
    if not exists (select from pg_roles where rolname = 'tidegate_receiver') then create role tidegate_receiver login; end if;
    if not exists (select from pg_roles where rolname = 'tidegate_reader') then create role tidegate_reader; end if;
end $$;

-- A gateway's database, in which its ids count; a gateway whose database was lost begins another.
create table if not exists stores (
    number int generated always as identity primary key,
    gateway text not null,
    store text not null,
    since timestamptz not null default now(),
    heard timestamptz not null default now(),
    unique (gateway, store)
);

-- Every row that is not of the stream `state`, as it came. `data`: its values by the names of their columns. Type `json` keeps them
-- letter by letter; `jsonb` would lose the sign of -0.0. Parted by stream, so that what is bulky can be aged apart from the ledgers.
create table if not exists rows (
    store int not null,
    stream text not null,
    id bigint not null,
    at timestamptz not null,
    data json not null,
    primary key (store, stream, id)
) partition by list (stream);

create table if not exists rows_runs partition of rows for values in ('runs');
create table if not exists rows_doses partition of rows for values in ('doses');
create table if not exists rows_meals partition of rows for values in ('meals');
create table if not exists rows_alarms partition of rows for values in ('alarms');
create table if not exists rows_audit partition of rows for values in ('audit', 'schedules', 'gaps');
create table if not exists rows_days partition of rows for values in ('days');
create table if not exists rows_hours partition of rows for values in ('hours');
create table if not exists rows_other partition of rows default;

-- Rows come about in the order of time, so a summary of each stretch of pages is enough, and costs a thousandth of a tree.
create index if not exists rows_at on rows using brin (at);

-- Of the stream `state` the newest row only.
create table if not exists states (
    store int primary key,
    id bigint not null,
    at timestamptz not null,
    data json not null
) with (fillfactor = 50);

-- Batches that could not be stored, each once.
create table if not exists set_aside (
    gateway text not null,
    digest bytea not null,
    reason text not null,
    payload bytea not null,
    times bigint not null default 1,
    first timestamptz not null default now(),
    last timestamptz not null default now(),
    primary key (gateway, digest)
);

-- Milliseconds since 1970 UTC.
create or replace function moment(milliseconds bigint) returns timestamptz language sql immutable parallel safe as
    $$ select timestamptz 'epoch' + milliseconds * interval '1 millisecond' $$;

-- A value of a row, or null where it is not of that kind or no measure of a farm: one odd row must not stop a query over all of them.
create or replace function number(data json, name text) returns double precision language sql immutable parallel safe as $$
    select case when json_typeof(data -> name) = 'number' and abs((data ->> name)::double precision) < 1e30
        then (data ->> name)::double precision end
$$;
create or replace function whole(data json, name text, most double precision default 9007199254740992) returns bigint
    language sql immutable parallel safe as $$ select case when abs(number(data, name)) <= most then number(data, name)::bigint end $$;
create or replace function word(data json, name text) returns text language sql immutable parallel safe as
    $$ select case when json_typeof(data -> name) = 'string' then data ->> name end $$;

revoke all on all tables in schema public from public;
grant select, insert on stores to tidegate_receiver;
grant update (heard) on stores to tidegate_receiver;
grant insert on rows to tidegate_receiver;
grant select, insert, update on states, set_aside to tidegate_receiver;

commit;
