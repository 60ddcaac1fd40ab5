"""Files on their way: uploads in pieces."""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'


def upgrade() -> None:
    """Apply."""
    op.create_table(
        'upload',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('token', sa.String(length=32), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=False),
        sa.Column('application_id', sa.Integer(), nullable=False),
        sa.Column('item_id', sa.String(length=20), nullable=False),
        sa.Column('request_id', sa.String(length=40), nullable=False),
        sa.Column('name', sa.String(length=160), nullable=False),
        sa.Column('size', sa.Integer(), nullable=False),
        sa.Column('modified', sa.String(length=20), nullable=False),
        sa.Column('received', sa.Integer(), nullable=False),
        sa.Column('pieces', sa.JSON(), nullable=False),
        sa.Column('store', sa.String(length=20), nullable=False),
        sa.Column('file_id', sa.Integer(), nullable=True),
        sa.Column('created_at', sa.DateTime(), nullable=False),
        sa.Column('expires_at', sa.DateTime(), nullable=False),
        sa.CheckConstraint('size > 0 and received >= 0 and received <= size', name=op.f('ck_upload_received')),
        sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_upload_application_id_application')),
        sa.ForeignKeyConstraint(['file_id'], ['file.id'], name=op.f('fk_upload_file_id_file')),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_upload_person_id_person')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_upload')),
        sa.UniqueConstraint('token', name=op.f('uq_upload_token')))
    op.create_index(op.f('ix_upload_expires_at'), 'upload', ['expires_at'])
    op.create_index(op.f('ix_upload_person_application'), 'upload', ['person_id', 'application_id'])


def downgrade() -> None:
    """Take back."""
    op.drop_table('upload')
