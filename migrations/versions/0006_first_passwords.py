"""First passwords that have to be changed; the order in which cases were submitted and reached their stage."""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'


def upgrade() -> None:
    """Apply."""
    # not in batch mode: that would copy the table, to which others refer
    op.add_column('person', sa.Column('first_password', sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index('ix_application_submitted', 'application', ['submitted_at', 'id'])
    op.create_index('ix_application_since', 'application', ['stage_since', 'id'])


def downgrade() -> None:
    """Take back."""
    op.drop_index('ix_application_since', 'application')
    op.drop_index('ix_application_submitted', 'application')
    op.drop_column('person', 'first_password')
