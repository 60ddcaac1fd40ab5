"""How long a case had stood where a deed moved it on, so that the dashboard averages without reading the whole record."""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'

SECONDS = {'sqlite': "cast(round((julianday(gone) - julianday(came)) * 86400) as integer)",
           'postgresql': "cast(round(extract(epoch from gone) - extract(epoch from came)) as integer)"}


def upgrade() -> None:
    """Apply."""
    op.add_column('event', sa.Column('stayed', sa.Integer(), nullable=True))
    op.execute(f"""
        update event set stayed = {SECONDS[op.get_bind().dialect.name]} from (
            select id as moved, at as gone, lag(at) over (partition by application_id order by seq) as came from event
            where application_id is not null and stage_before <> stage_after and stage_after <> '') as stay
        where event.id = stay.moved and stay.came is not null""")
    op.create_index('ix_event_stay', 'event', ['stage_before', 'at', 'stayed'],
                    sqlite_where=sa.text('stayed IS NOT NULL'), postgresql_where=sa.text('stayed IS NOT NULL'))
    op.create_index('ix_event_action', 'event', ['action', 'at'])
    op.create_index('ix_application_standing', 'application', ['stage', 'stage_since'])


def downgrade() -> None:
    """Take back."""
    op.drop_index('ix_application_standing', 'application')
    op.drop_index('ix_event_action', 'event')
    op.drop_index('ix_event_stay', 'event')
    op.drop_column('event', 'stayed')
